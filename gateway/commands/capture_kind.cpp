#include "gateway/commands/capture_kind.hpp"

#include <string>
#include <system_error>

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

bool is_json(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return false;
    auto source = replay::ByteSource::open(path);
    return source && replay::detect_format(source->peek()) == replay::CaptureFormat::json;
}

}  // namespace

replay::Result<bool> are_json(const std::vector<fs::path>& captures,
                              std::optional<replay::CaptureFormat> format) {
    if (format) return *format == replay::CaptureFormat::json;
    if (captures.empty()) return false;
    const bool first = is_json(captures[0]);
    for (const fs::path& capture : captures)
        if (is_json(capture) != first)
            return (first ? captures[0] : capture).string() + " is a JSON capture, " +
                   (first ? capture : captures[0]).string() + " is not: replay them apart";
    return first;
}

}  // namespace tickweir::gateway
