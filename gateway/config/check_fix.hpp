// What must hold between the keys of [fix], [admin] and [sessions]. A part of check_together.
#pragma once

#include <vector>

#include "gateway/config/schema.hpp"

namespace tickweir::gateway {

void check_fix(const Config& config, std::vector<CrossComplaint>& out);

}  // namespace tickweir::gateway
