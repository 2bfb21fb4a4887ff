// Asking for a line of memory ahead of its use.
#pragma once

namespace tickweir::book {

/// Brings the line at `address`, which may be any, towards the cache. Harmless and without a trace.
[[gnu::always_inline]] inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    // g++ takes a function that only prefetches for one without effects, and drops calls of it. An
    // empty statement that it may not drop keeps such functions alive.
    asm volatile("");
}

}  // namespace tickweir::book
