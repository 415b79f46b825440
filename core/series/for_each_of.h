// Work on some items at the same time.
#pragma once
#include <tbb/parallel_pipeline.h>

#include <vector>

namespace fw {

/// body(item) for all items, `at_once` of them at the same time.
template <class Item, class Body>
void for_each_of(const std::vector<Item>& items, int at_once, const Body& body) {
  if (at_once == 1) {
    for (const Item& item : items) body(item);
    return;
  }
  size_t next = 0;
  tbb::parallel_pipeline(
      static_cast<size_t>(at_once),
      tbb::make_filter<void, size_t>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& control) {
        if (next == items.size()) control.stop();
        return next == items.size() ? next : next++;
      }) & tbb::make_filter<size_t, void>(tbb::filter_mode::parallel, [&](size_t i) { body(items[i]); }));
}

}  // namespace fw
