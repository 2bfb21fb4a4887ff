#include "gateway/commands/capture_kind.hpp"

#include <string>
#include <string_view>
#include <system_error>

#include "replay/fix_capture.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using replay::CaptureFormat;

CaptureKind kind_of_one(const fs::path& path, std::optional<CaptureFormat> format) {
    std::error_code error;
    const bool can_be_looked_into = fs::is_regular_file(path, error);
    if (!format && can_be_looked_into)
        if (auto source = replay::ByteSource::open(path))
            format = replay::detect_format(source->peek());
    if (!format) return CaptureKind::itch;
    switch (*format) {
        case CaptureFormat::itch:
            return CaptureKind::itch;
        case CaptureFormat::pcap:
            return can_be_looked_into && replay::holds_fix_packets(path) ? CaptureKind::fix
                                                                         : CaptureKind::itch;
        case CaptureFormat::json:
            return CaptureKind::json;
        case CaptureFormat::fix:
            return CaptureKind::fix;
    }
    return CaptureKind::itch;
}

std::string_view article_of(CaptureKind kind) {
    switch (kind) {
        case CaptureKind::itch:
            return "an ITCH capture";
        case CaptureKind::json:
            return "a JSON capture";
        case CaptureKind::fix:
            return "a FIX capture";
    }
    return "?";
}

}  // namespace

replay::Result<CaptureKind> kind_of(const std::vector<fs::path>& captures,
                                    std::optional<CaptureFormat> format) {
    if (captures.empty()) return CaptureKind::itch;
    const CaptureKind first = kind_of_one(captures[0], format);
    for (const fs::path& capture : captures) {
        const CaptureKind kind = kind_of_one(capture, format);
        if (kind == first) continue;
        const bool swap = first == CaptureKind::itch;
        return (swap ? capture : captures[0]).string() + " is " +
               std::string{article_of(swap ? kind : first)} + ", " +
               (swap ? captures[0] : capture).string() + " is not: replay them apart";
    }
    return first;
}

}  // namespace tickweir::gateway
