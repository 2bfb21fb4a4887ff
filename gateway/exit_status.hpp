// What the program's commands end with; users' scripts rely on the numbers.
#pragma once

namespace tickweir::gateway {

enum class ExitStatus : int {
    ok = 0,
    failed = 1,   ///< the work failed
    usage = 2,    ///< wrong usage, or input that cannot be read at all
    damaged = 3,  ///< decoding had to stop early; the work up to there is reported
};

}  // namespace tickweir::gateway
