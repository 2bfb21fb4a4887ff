// `tickweir hash-password`: a password as [sessions.NAME] password_hash takes it.
#pragma once

#include <iosfwd>

#include "gateway/commands/hash_password_options.hpp"

namespace tickweir::gateway {

/// Reads a line of `in`, which a terminal does not show, and writes its hash to `out`.
int run_hash_password(const HashPasswordOptions& options, std::istream& in, std::ostream& out,
                      std::ostream& err);

}  // namespace tickweir::gateway
