#include "core/base/paths.h"
#include "jobs/jobs.h"

int main(int argc, char** argv) {
  fw::scrub_environment();
  return fw::run_program(argc, argv);
}
