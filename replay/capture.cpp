#include "replay/capture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "codecs/itch/messages.hpp"
#include "replay/fix_capture.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::replay {

namespace {

using codecs::Bytes;

/// Whether a frame begins `bytes` whose length is that of its type; as much of it as is there. The
/// rest behind it goes to `bytes`.
bool take_frame(Bytes& bytes) {
    if (bytes.size() < 3) return false;
    const auto length =
        std::to_integer<std::size_t>(bytes[0]) << 8 | std::to_integer<std::size_t>(bytes[1]);
    const auto type = std::to_integer<char>(bytes[2]);
    if (length == 0 || length != codecs::itch::message_length(type)) return false;
    bytes = bytes.subspan(std::min(bytes.size(), 2 + length));
    return true;
}

bool looks_like_itch(Bytes bytes) {
    if (!take_frame(bytes)) return false;
    // Too little for a second type: a file of one message, a cut one, or a closing length of zero.
    return bytes.size() < 3 || take_frame(bytes);
}

bool looks_like_pcap(Bytes bytes) {
    constexpr std::array magics{0xa1b2c3d4U, 0xd4c3b2a1U, 0xa1b23c4dU, 0x4d3cb2a1U, 0x0a0d0d0aU};
    if (bytes.size() < 4) return false;
    std::uint32_t magic = 0;
    for (const std::byte b : bytes.first(4))
        magic = magic << 8 | std::to_integer<std::uint32_t>(b);
    return std::ranges::find(magics, magic) != magics.end();
}

/// What stands at the beginning, for an error: `begins with 25 50 44 46 ("%PDF")`.
std::string describe(Bytes bytes) {
    const Bytes shown = bytes.first(std::min<std::size_t>(bytes.size(), 8));
    std::string hex, text;
    for (const std::byte b : shown) {
        std::array<char, 4> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x ", std::to_integer<unsigned>(b));
        hex += digits.data();
        const auto c = std::to_integer<char>(b);
        text += c >= ' ' && c <= '~' ? c : '.';
    }
    return "begins with " + hex + "(\"" + text + "\")";
}

}  // namespace

std::string_view to_string(CaptureFormat format) {
    switch (format) {
        case CaptureFormat::itch:
            return "itch";
        case CaptureFormat::pcap:
            return "pcap";
        case CaptureFormat::json:
            return "json";
        case CaptureFormat::fix:
            return "fix";
    }
    return "?";
}

std::optional<CaptureFormat> detect_format(Bytes bytes) {
    if (looks_like_pcap(bytes)) return CaptureFormat::pcap;
    if (looks_like_itch(bytes)) return CaptureFormat::itch;
    if (looks_like_json_capture(bytes)) return CaptureFormat::json;
    if (looks_like_fix_log(bytes)) return CaptureFormat::fix;
    return std::nullopt;
}

Result<Capture> Capture::open(const std::filesystem::path& path,
                              std::optional<CaptureFormat> format) {
    auto source = ByteSource::open(path);
    if (!source) return source.error();
    return from(std::move(*source), path.string(), format);
}

Result<Capture> Capture::over(Bytes memory, std::string name, std::optional<CaptureFormat> format) {
    return from(ByteSource{memory}, name, format);
}

Result<Capture> Capture::from(ByteSource source, const std::string& name,
                              std::optional<CaptureFormat> format) {
    const Bytes head = source.peek();
    const std::string packed =
        source.compression() == Compression::none
            ? ""
            : "unpacked (" + std::string{to_string(source.compression())} + "), ";
    if (head.empty()) {
        const std::string& why = source.damage().what;
        return name + ": " + (why.empty() ? "empty file" : why);
    }
    if (!format) format = detect_format(head);
    if (!format)
        return name + ": neither ITCH, pcap, a JSON capture nor a FIX log: " + packed +
               describe(head);
    if (*format == CaptureFormat::json) return name + ": a JSON capture: no ITCH messages";
    if (*format == CaptureFormat::fix) return name + ": a FIX log: no ITCH messages";
    if (*format == CaptureFormat::itch) return Capture{ItchFile{std::move(source)}};
    auto file = PcapFile::open(std::move(source));
    if (!file) return name + ": " + file.error();
    return Capture{std::move(*file)};
}

CaptureStatus Capture::next(Block& block) {
    if (auto* const itch = std::get_if<ItchFile>(&file_)) return itch->next(block);
    return std::get<PcapFile>(file_).next(block);
}

void Capture::consumed(std::size_t bytes) {
    if (auto* const itch = std::get_if<ItchFile>(&file_)) itch->consumed(bytes);
}

const Damage& Capture::damage() const {
    return std::visit([](const auto& file) -> const Damage& { return file.damage(); }, file_);
}

CaptureFormat Capture::format() const {
    return std::holds_alternative<ItchFile>(file_) ? CaptureFormat::itch : CaptureFormat::pcap;
}

const ByteSource& Capture::source() const {
    return std::visit([](const auto& file) -> const ByteSource& { return file.source(); }, file_);
}

Compression Capture::compression() const {
    return source().compression();
}

CaptureTotals Capture::totals() const {
    return std::visit([](const auto& file) { return file.totals(); }, file_);
}

std::span<const MoldSession> Capture::sessions() const {
    const auto* const pcap = std::get_if<PcapFile>(&file_);
    return pcap != nullptr ? pcap->sessions() : std::span<const MoldSession>{};
}

std::uint64_t Capture::file_position() const {
    return source().file_position();
}

std::optional<std::uint64_t> Capture::file_bytes() const {
    return source().file_bytes();
}

}  // namespace tickweir::replay
