#include "core/evidence/observe_phases.h"

namespace fw {

void add_phase(const ObservationRow& row, ObservationRow::Column c, Observation o, std::vector<Observation>* out) {
  const auto phase = row.number(c, "The phase", 0, 99);
  if (!phase || *phase == 66 || *phase == 88 || *phase == 99) return;
  if (*phase != 1 && *phase != 2 && *phase != 3 && *phase != 4 && *phase != 5)
    throw RowRefusal("RANGE", "The phase is none of 1 to 5.");
  o.dataset = Dataset::phase;
  o.quantity = "phase";
  o.unit = "1";
  o.value = *phase;
  out->push_back(std::move(o));
}

void add_people(const ObservationRow& row, ObservationRow::Column people, ObservationRow::Column share,
                const std::string& phase, Observation o, std::vector<Observation>* out) {
  o.dataset = Dataset::phase;
  o.detail = phase;
  if (const auto n = row.count(people, "The number of people")) {
    o.quantity = "people_in_phase";
    o.unit = "people";
    o.value = *n;
    out->push_back(o);
  }
  if (const auto f = row.number(share, "The share of people", 0, 1.005)) {  // rounded shares may pass 1 a little
    o.quantity = "share_in_phase";
    o.unit = "1";
    o.value = *f;
    out->push_back(std::move(o));
  }
}

}  // namespace fw
