// Exact decimal numbers as venues write them, with the zeros that each of them puts at the end.
#pragma once

#include <cstdint>
#include <string>

namespace tickweir::codecs::json {

/// Appends `coefficient * 10^-held` with `written` digits behind the point, or as many more as it
/// needs: 0 gives the normal form. Any `held`; no allocation but the string's.
void append_fixed(std::string& out, std::int64_t coefficient, unsigned held, unsigned written);

}  // namespace tickweir::codecs::json
