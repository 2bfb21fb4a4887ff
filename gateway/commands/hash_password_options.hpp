// What `tickweir hash-password` was asked for.
#pragma once

#include <cstdint>

namespace tickweir::gateway {

struct HashPasswordOptions {
    std::uint32_t log_n = 14;  ///< 2^log_n blocks of 1 KiB are filled
};

}  // namespace tickweir::gateway
