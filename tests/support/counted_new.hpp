// Counts every use of operator new in a process. Whoever links to tests_counted_new has it
// replaced, so that a test of it is an executable of its own.
#pragma once

#include <cstdint>

namespace tickweir::tests {

/// Allocations so far, of all threads.
std::uint64_t allocations();
/// Bytes asked for so far, whatever was given back.
std::uint64_t allocated_bytes();

}  // namespace tickweir::tests
