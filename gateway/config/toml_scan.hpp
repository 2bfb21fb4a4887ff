// Finds what must not reach the TOML library: text that its parser has no defined answer to.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/config/toml_document.hpp"

namespace tickweir::gateway {

/// The first place of a text with
/// - a character beyond ASCII where neither a string nor a comment is: toml++ 3.3 looks such a
///   character up in a table of blanks that has a hole, and is undefined from there on;
/// - a name of more than 16 parts: of each it makes a table in the last one, and walks and frees
///   them by recursion without a limit.
/// Neither is valid, or of use, in a configuration. Linear; no allocation but the reason.
std::optional<TomlError> find_unsafe(std::string_view text);

}  // namespace tickweir::gateway
