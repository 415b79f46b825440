#include <cstdlib>  // defines __GLIBC__
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "core/base/paths.h"
#include "jobs/jobs.h"

namespace {

/// Rows of tiles come and go: given back to the system, their pages would be cleared again for every tile.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  fw::scrub_environment();
  return fw::run_program(argc, argv);
}
