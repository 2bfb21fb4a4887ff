// The rules of the venue's sections that no key can check alone; a part of check_together().
#pragma once

#include <string_view>
#include <vector>

#include "gateway/config/schema.hpp"

namespace tickweir::gateway {

/// The venue's own account, which gets the fees, and its own session: no configured one may have
/// these names.
inline constexpr std::string_view fee_account_name = "fees";
inline constexpr std::string_view operator_session_name = "operator";

void check_venue(const Config& config, std::vector<CrossComplaint>& out);

}  // namespace tickweir::gateway
