// Which captures of a command are JSON: those have a way of their own through it.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "replay/byte_source.hpp"
#include "replay/capture.hpp"

namespace tickweir::gateway {

/// Whether the captures are JSON, by `format` or by content. A pipe cannot be looked into: it is
/// what `format` says, else not JSON. The error names two captures of which only one is JSON; a
/// file that cannot be read is left to whoever opens it.
replay::Result<bool> are_json(const std::vector<std::filesystem::path>& captures,
                              std::optional<replay::CaptureFormat> format);

}  // namespace tickweir::gateway
