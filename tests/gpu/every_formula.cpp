// The cases of compiled formulas: three indices, fifty at once, and every function in float and double.
#include "every_op.h"

namespace fw::sample {
namespace {

using Sources = std::vector<FormulaSource>;
const std::vector<std::string> letters{"B", "G", "R", "N", "S1", "S2"};

Sources three_indices() {
  return {{"NDVI", "(N - R) / (N + R)", {}, {}},
          {"EVI", "2.5 * (N - R) / (N + 6 * R - 7.5 * B + 1)", {}, {}},
          {"MNDWI", "(G - S1) / (G + S1)", {}, {}}};
}

/// The built-in ones, and a normalised difference, ratio or soil-adjusted difference of each pair of bands.
Sources fifty_indices() {
  Sources sources;
  for (int k = 0; k < static_cast<int>(IndexId::count); ++k) {
    const IndexInfo& info = index_info(static_cast<IndexId>(k));
    sources.push_back({std::string(info.name), std::string(info.formula), {}, {}});
  }
  const auto add = [&](const std::string& text) {
    if (sources.size() < 50) sources.push_back({text, text, {}, {}});
  };
  for (size_t a = 0; a < letters.size(); ++a)
    for (size_t b = 0; b < a; ++b) {
      const std::string x = letters[a], y = letters[b], difference = "(" + x + " - " + y + ")";
      add(difference + " / (" + x + " + " + y + ")");
      add(x + " / " + y);
      add("1.5 * " + difference + " / (" + x + " + " + y + " + 0.5)");
    }
  return sources;
}

Sources every_function() {
  Sources sources;
  for (const bool in_double : {false, true})
    for (const char* text : {"(N - R) / (N + R)", "N * R / (B * G)", "N ** 1.7 + R ** N", "exp(-N) + log(R) + tanh(B)",
                             "sqrt(abs(-N)) + min(N, R) + max(G, B)", "-S1 ** 2 + S2 ** -3 + G ** 0.5"})
      sources.push_back({text, text, {}, {}, in_double});
  return sources;
}

OpCase formulas(const std::string& name, const Sources& sources) {
  const auto program = std::make_shared<const FormulaProgram>(FormulaProgram::compile(sources, letters));
  return {name, false, [program](Backend& backend, const Inputs& in) {
            const auto memory = std::make_shared<Memory>(backend);
            std::vector<const float*> band;
            std::vector<float*> out;
            for (size_t b = 0; b < letters.size(); ++b)
              for (const std::string& used : program->bands())
                if (used == letters[b]) band.push_back(memory->in(in.band[b]));
            for (const std::string& output : program->outputs()) out.push_back(memory->out<float>(output, in.pixels));
            return Prepared{[&backend, program, memory, band, out, pixels = in.pixels] {
                              backend.run(FormulaOp{program.get(), band.data(), out.data(), pixels});
                            },
                            [memory] { return memory->collect(); }, memory->bytes(), static_cast<double>(in.pixels)};
          }};
}

}  // namespace

void add_formulas(std::vector<OpCase>& cases) {
  cases.push_back(formulas("Formulas 3", three_indices()));
  cases.push_back(formulas("Formulas 50", fifty_indices()));
  cases.push_back(formulas("Formulas all", every_function()));
}

}  // namespace fw::sample
