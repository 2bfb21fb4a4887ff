// Which captures of a command are JSON or FIX: those have a way of their own through it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "replay/byte_source.hpp"
#include "replay/capture.hpp"

namespace tickweir::gateway {

/// What stands in captures, in whatever container.
enum class CaptureKind : std::uint8_t { itch, json, fix };

/// The kind of all captures, by `format` or by content: a pcap is FIX if FIX over TCP stands in it
/// before anything else that is known. A pipe cannot be looked into: it is what `format` says, else
/// ITCH. The error names two captures of different kinds; a file that cannot be read is left to
/// whoever opens it.
replay::Result<CaptureKind> kind_of(const std::vector<std::filesystem::path>& captures,
                                    std::optional<replay::CaptureFormat> format);

}  // namespace tickweir::gateway
