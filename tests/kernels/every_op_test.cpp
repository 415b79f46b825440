// Properties of every operation at once: a result depends neither on how the pixels are split nor on the threads.
#include "../gpu/every_op.h"

#include "on_each_backend.h"

namespace fw {
namespace {

class EveryOp : public OnEachBackend {
 protected:
  std::vector<sample::Result> run(const sample::OpCase& op, const sample::Inputs& in) {
    const auto prepared = op.prepare(backend(), in);
    prepared.launch();
    return prepared.collect();
  }
};
FW_ON_EACH_BACKEND(EveryOp);

TEST_P(EveryOp, GivesTheSameBytesWholeAndInParts) {
  const sample::Inputs in = sample::make_inputs(5003, 20);
  for (const auto& op : sample::every_op()) {
    if (!op.splits) continue;
    const auto whole = run(op, in);
    for (const size_t part : {size_t{1}, size_t{37}, size_t{1000}}) {
      for (size_t begin = 0; begin + part <= in.pixels; begin += 10 * part + 13) {
        const auto split = run(op, sample::slice(in, begin, begin + part));
        for (size_t k = 0; k < whole.size(); ++k) {
          const size_t size = whole[k].element_bytes, rows = whole[k].bytes.size() / (in.pixels * size);
          for (size_t r = 0; r < rows; ++r)
            ASSERT_EQ(std::memcmp(&whole[k].bytes[(r * in.pixels + begin) * size], &split[k].bytes[r * part * size],
                                  part * size),
                      0)
                << op.name << " " << whole[k].name << ", " << part << " pixels from " << begin;
        }
        if (part == 1 && begin > 1000) break;
      }
    }
  }
}

TEST_P(EveryOp, GivesTheSameBytesAgain) {
  const sample::Inputs in = sample::make_inputs(70001, 6);  // enough pixels for several threads
  for (const auto& op : sample::every_op()) {
    const auto first = run(op, in), second = run(op, in);
    for (size_t k = 0; k < first.size(); ++k) ASSERT_EQ(first[k].bytes, second[k].bytes) << op.name;
  }
}

TEST_P(EveryOp, WritesOneNanOnly) {
  const sample::Inputs in = sample::make_inputs(5003, 20);
  for (const auto& op : sample::every_op())
    for (const auto& result : run(op, in)) {
      if (!result.is_float) continue;
      for (size_t i = 0; i < result.bytes.size(); i += sizeof(float)) {
        uint32_t bits;
        std::memcpy(&bits, &result.bytes[i], sizeof bits);
        if ((bits & 0x7fffffffu) > 0x7f800000u) {
          ASSERT_EQ(bits, 0x7fc00000u) << op.name << " " << result.name;
        }
      }
    }
}

TEST_P(EveryOp, GivesTheBytesOfTheCpu) {
  if (!backend().is_device()) GTEST_SKIP() << "this is the CPU";
  const auto cpu = make_backend({DeviceChoice::cpu, ""});
  const sample::Inputs in = sample::make_inputs(20011, 20);
  for (const auto& op : sample::every_op()) {
    const auto here = run(op, in);
    const auto prepared = op.prepare(*cpu, in);
    prepared.launch();
    const auto there = prepared.collect();
    for (size_t k = 0; k < here.size(); ++k)
      EXPECT_TRUE(here[k].bytes == there[k].bytes) << op.name << " " << here[k].name;
  }
}

}  // namespace
}  // namespace fw
