#include "gateway/config/venue_values.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "gateway/config/key_values.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned share_decimals = 6;
constexpr std::size_t amounts_max = 4'096;
constexpr std::size_t name_bytes_max = 64;
constexpr std::size_t name_shown_max = 40;

void wrong(Complaints& complaints, const TomlValue& value, const std::string& must) {
    complaints.push_back({value.line, "", "must be " + must + ", got " + described(value)});
}

/// An integer, or a text that is a number.
std::optional<Decimal> number_of(const TomlValue& value) {
    if (const auto* const integer = value.as<std::int64_t>()) return Decimal{*integer, 0};
    const auto* const text = value.as<std::string>();
    if (text == nullptr) return std::nullopt;
    const auto parsed = book::exact::parse_number(*text);
    if (!parsed.ok()) return std::nullopt;
    return parsed.value;
}

Decimal share_of(std::int64_t millionths) {
    return Decimal{millionths, share_decimals};
}

std::optional<std::uint32_t> two_digits(std::string_view text, std::uint32_t most) {
    if (text.size() != 2 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    const auto number = static_cast<std::uint32_t>((text[0] - '0') * 10 + (text[1] - '0'));
    return number <= most ? std::optional{number} : std::nullopt;
}

std::optional<TimeOfDay> time_of(std::string_view text) {
    const bool has_seconds = text.size() == 8;
    if ((text.size() != 5 && !has_seconds) || text[2] != ':' || (has_seconds && text[5] != ':'))
        return std::nullopt;
    const auto hours = two_digits(text.substr(0, 2), 23);
    const auto minutes = two_digits(text.substr(3, 2), 59);
    const auto seconds = has_seconds ? two_digits(text.substr(6), 59) : 0;
    if (!hours || !minutes || !seconds) return std::nullopt;
    return TimeOfDay{*hours * 3'600 + *minutes * 60 + *seconds};
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max && std::ranges::none_of(name, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
    });
}

}  // namespace

void read(const TomlValue& value, const Allowed& allowed, Share& out, Complaints& complaints) {
    const auto number = number_of(value);
    const auto millionths =
        number ? book::exact::rescaled(*number, share_decimals) : book::exact::Checked<Decimal>{};
    const bool fits = number && millionths.ok() &&
                      millionths.value.coefficient() >= allowed.least &&
                      millionths.value.coefficient() <= allowed.most;
    if (fits)
        out.millionths = static_cast<std::int32_t>(millionths.value.coefficient());
    else
        wrong(complaints, value, range_text(allowed, &out));
}

void read(const TomlValue& value, const Allowed& allowed, TimeOfDay& out, Complaints& complaints) {
    const auto* const text = value.as<std::string>();
    if (const auto time = text != nullptr ? time_of(*text) : std::nullopt)
        out = *time;
    else
        wrong(complaints, value, range_text(allowed, &out));
}

void read(const TomlValue& value, const Allowed& allowed, Decimal& out, Complaints& complaints) {
    const auto number = number_of(value);
    if (number && *number >= Decimal{allowed.least, 0} && *number <= Decimal{allowed.most, 0})
        out = *number;
    else
        wrong(complaints, value, range_text(allowed, &out));
}

void read(const TomlValue& value, const Allowed& allowed, Amounts& out, Complaints& complaints) {
    const auto* const table = value.as<TomlTable>();
    if (table == nullptr || table->size() > amounts_max)
        return wrong(complaints, value,
                     "a table of at most " + std::to_string(amounts_max) + " names and numbers");
    Amounts found;
    const std::size_t before = complaints.size();
    for (const TomlMember& member : *table) {
        Complaints inner;
        Decimal number;
        if (is_name(member.name))
            read(member.value, allowed, number, inner);
        else
            inner.push_back({member.line, "", "is no name"});
        for (Complaint& complaint : inner)
            complaints.push_back({complaint.line,
                                  '.' + toml_key(member.name.substr(0, name_shown_max)),
                                  std::move(complaint.reason)});
        found[member.name] = number;
    }
    if (complaints.size() == before) out = std::move(found);
}

std::string print(Share value) {
    return toml_string(book::exact::to_text(share_of(value.millionths)));
}

std::string print(TimeOfDay value) {
    std::array<char, 24> text{};
    const unsigned minutes = value.seconds / 60;
    if (value.seconds % 60 == 0)
        std::snprintf(text.data(), text.size(), "%02u:%02u", minutes / 60, minutes % 60);
    else
        std::snprintf(text.data(), text.size(), "%02u:%02u:%02u", minutes / 60, minutes % 60,
                      value.seconds % 60);
    return toml_string(text.data());
}

std::string print(const Decimal& value) {
    return toml_string(book::exact::to_text(value));
}

std::string print(const Amounts& value) {
    std::string out = "{";
    for (const auto& [name, number] : value) {
        out += out.size() > 1 ? ", " : " ";
        out += toml_key(name) + " = " + print(number);
    }
    return out + (value.empty() ? "}" : " }");
}

std::string range_text(const Allowed& allowed, const Share*) {
    return "a number in quotes from " + book::exact::to_text(share_of(allowed.least)) + " to " +
           book::exact::to_text(share_of(allowed.most)) + " with at most six decimals";
}

std::string range_text(const Allowed&, const TimeOfDay*) {
    return "\"HH:MM\" or \"HH:MM:SS\"";
}

std::string range_text(const Allowed& allowed, const Decimal*) {
    return "a number in quotes from " + std::to_string(allowed.least) + " to " +
           std::to_string(allowed.most) + " with at most 18 decimals";
}

std::string range_text(const Allowed& allowed, const Amounts*) {
    return "of each name " + range_text(allowed, static_cast<const Decimal*>(nullptr));
}

}  // namespace tickweir::gateway
