// The always-on check for our own invariants. Input never reaches it: bad input is a status.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tickweir::book {

/// Aborts when an invariant is broken: from here on no answer of this process can be trusted.
inline void ensure(bool holds, std::source_location where = std::source_location::current()) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "%s:%u: invariant broken in %s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), where.function_name());
    std::abort();
}

}  // namespace tickweir::book
