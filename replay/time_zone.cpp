#include "replay/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

namespace tickweir::replay {

namespace {

using namespace std::chrono;
using codecs::Bytes;

constexpr std::size_t header_bytes = 44;
constexpr std::size_t file_bytes_max = std::size_t{1} << 20;

template <class T>
T big(Bytes bytes, std::size_t at) {
    std::make_unsigned_t<T> value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<std::make_unsigned_t<T>>(value << 8 |
                                                     std::to_integer<unsigned>(bytes[at + i]));
    return static_cast<T>(value);
}

/// The counts of a TZif header (RFC 8536 §3.1).
struct Counts {
    std::uint64_t is_ut, is_standard, leaps, transitions, types, chars;

    explicit Counts(Bytes header)
        : is_ut{big<std::uint32_t>(header, 20)},
          is_standard{big<std::uint32_t>(header, 24)},
          leaps{big<std::uint32_t>(header, 28)},
          transitions{big<std::uint32_t>(header, 32)},
          types{big<std::uint32_t>(header, 36)},
          chars{big<std::uint32_t>(header, 40)} {}

    /// Of the data block behind the header.
    std::uint64_t data_bytes(std::uint64_t time_bytes) const {
        return transitions * (time_bytes + 1) + types * 6 + chars + leaps * (time_bytes + 4) +
               is_standard + is_ut;
    }
};

bool is_header(Bytes bytes) {
    return bytes.size() >= header_bytes && big<std::uint32_t>(bytes, 0) == 0x545a6966;  // "TZif"
}

bool valid_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    if (name.empty() || name.size() > longest) return false;
    const bool known = std::ranges::all_of(name, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '/';
    });
    return known && !name.starts_with('/') && !name.ends_with('/') && name.find("//") == name.npos;
}

/// Offsets beyond a day are nonsense, and local arithmetic relies on it.
bool sane_offset(std::int32_t offset) {
    return offset > -86'400 && offset < 86'400;
}

}  // namespace

Result<TimeZone> TimeZone::parse(Bytes content) {
    if (!is_header(content)) return "not a TZif file";
    constexpr auto version_2 = std::byte{'2'};
    if (content[4] < version_2) return "TZif version 1 has no 64-bit times";
    const std::uint64_t old_bytes = Counts{content}.data_bytes(4);
    content = content.subspan(header_bytes);
    if (old_bytes > content.size() || !is_header(content.subspan(old_bytes)))
        return "TZif file cut short";
    content = content.subspan(old_bytes);
    const Counts counts{content};
    content = content.subspan(header_bytes);
    if (counts.data_bytes(8) > content.size()) return "TZif file cut short";
    if (counts.types == 0) return "TZif file without types";
    if (counts.leaps != 0) return "TZif file that counts leap seconds";

    const Bytes indexes = content.subspan(counts.transitions * 8, counts.transitions);
    const Bytes types = content.subspan(counts.transitions * 9, counts.types * 6);
    const auto offset_of = [&](std::size_t type) { return big<std::int32_t>(types, type * 6); };
    for (std::size_t type = 0; type < counts.types; ++type) {
        if (!sane_offset(offset_of(type)))
            return "TZif offset of " + std::to_string(offset_of(type)) + " s";
    }
    TimeZone zone;
    zone.before_ =
        seconds{offset_of(0)};  // RFC 8536 §3.2: type 0 holds before the first transition
    zone.transitions_.reserve(counts.transitions);
    for (std::size_t i = 0; i < counts.transitions; ++i) {
        const auto type = std::to_integer<std::size_t>(indexes[i]);
        const sys_seconds at{seconds{big<std::int64_t>(content, i * 8)}};
        if (type >= counts.types) return "TZif type " + std::to_string(type);
        if (i > 0 && at <= zone.transitions_.back().at) return "TZif times do not ascend";
        zone.transitions_.push_back({at, seconds{offset_of(type)}});
    }
    const Bytes footer = content.subspan(counts.data_bytes(8));
    if (footer.size() < 2 || footer.front() != std::byte{'\n'} || footer.back() != std::byte{'\n'})
        return "TZif file cut short";
    const std::string_view rule{reinterpret_cast<const char*>(footer.data()) + 1,
                                footer.size() - 2};
    if (!rule.empty()) {
        zone.rule_ = ZoneRule::parse(rule);
        if (!zone.rule_) return "TZif rule '" + std::string{rule} + "'";
    }
    return zone;
}

Result<TimeZone> TimeZone::load(std::string_view name, const std::filesystem::path& database) {
    if (name == "UTC") return TimeZone{};
    const auto refused = [&](std::string_view why) {
        return "time zone '" + std::string{name} + "': " + std::string{why};
    };
    if (!valid_name(name)) return refused("not a zone's name");
    const auto path = database / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return refused("not in " + database.string());
    auto source = ByteSource::open(path);
    if (!source) return refused(source.error());
    std::vector<std::byte> content(file_bytes_max);
    content.resize(source->read(content).bytes);
    auto zone = parse(content);
    if (!zone) return refused(zone.error());
    return zone;
}

seconds TimeZone::offset_at(sys_seconds time) const {
    const auto after = std::ranges::upper_bound(transitions_, time, {}, &Transition::at);
    if (after == transitions_.end() && rule_) return rule_->offset_at(time);
    return after == transitions_.begin() ? before_ : std::prev(after)->offset;
}

book::TimeNs TimeZone::to_utc(year_month_day date, nanoseconds since_midnight) const {
    const sys_days midnight{date};
    const sys_seconds noon = midnight + hours{12};
    // The first guess is off by at most the offset's change within a day; the second is exact
    // unless noon itself is skipped.
    const seconds guess = offset_at(noon - offset_at(noon));
    const seconds offset = offset_at(noon - guess);
    return midnight + since_midnight - offset;
}

year_month_day TimeZone::date_of(book::TimeNs time) const {
    const auto whole = floor<seconds>(time);
    return floor<days>(whole + offset_at(whole));
}

}  // namespace tickweir::replay
