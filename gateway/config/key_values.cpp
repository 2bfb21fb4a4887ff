#include "gateway/config/key_values.hpp"

#include <cmath>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned speed_decimals = 6;
constexpr std::int64_t speed_millionths_max = 1'000'000'000'000;
constexpr std::size_t strings_max = 1'024;

void wrong(Complaints& complaints, const TomlValue& value, const std::string& must) {
    complaints.push_back({value.line, "", "must be " + must + ", got " + described(value)});
}

/// The integer if it is one and allowed, else a complaint.
std::optional<std::int64_t> integer(const TomlValue& value, const Allowed& allowed,
                                    const std::string& range, Complaints& complaints) {
    const auto* const number = value.as<std::int64_t>();
    const bool fits = number != nullptr && *number >= allowed.least && *number <= allowed.most &&
                      (!allowed.power_of_two || (*number & (*number - 1)) == 0);
    if (fits) return *number;
    wrong(complaints, value, range);
    return std::nullopt;
}

std::string text_range(const Allowed& allowed) {
    return "text of " + std::to_string(allowed.least) + " to " + std::to_string(allowed.most) +
           " bytes";
}

/// Text of an allowed length without control characters.
const std::string* text(const TomlValue& value, const Allowed& allowed, Complaints& complaints) {
    const auto* const found = value.as<std::string>();
    const bool fits =
        found != nullptr && static_cast<std::int64_t>(found->size()) >= allowed.least &&
        static_cast<std::int64_t>(found->size()) <= allowed.most &&
        std::ranges::none_of(
            *found, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    if (fits) return found;
    wrong(complaints, value, text_range(allowed));
    return nullptr;
}

/// The elements of an array, or nothing and a complaint.
const std::vector<TomlValue>* elements(const TomlValue& value, std::size_t most,
                                       const std::string& must, Complaints& complaints) {
    const auto* const array = value.as<std::vector<TomlValue>>();
    if (array == nullptr) {
        wrong(complaints, value, must);
    } else if (array->size() > most) {
        complaints.push_back({value.line, "",
                              "must be at most " + std::to_string(most) + " values, got " +
                                  std::to_string(array->size())});
    } else {
        return array;
    }
    return nullptr;
}

std::string array_text(const std::vector<std::string>& values) {
    std::string out = "[";
    for (const std::string& value : values) {
        if (out.size() > 1) out += ", ";
        out += value;
    }
    return out + "]";
}

std::optional<HostedRole> role_named(std::string_view name) {
    const std::size_t dot = name.find('.');
    const auto kind = std::ranges::find(role_names, name.substr(0, dot));
    if (kind == role_names.end()) return std::nullopt;
    HostedRole role{static_cast<RoleKind>(kind - role_names.begin()), {}};
    if (dot == name.npos) return role;
    const std::string_view digits = name.substr(dot + 1);
    const bool is_number = !digits.empty() && digits.size() <= 2 &&
                           digits.find_first_not_of("0123456789") == digits.npos;
    if (role.kind != RoleKind::market || !is_number) return std::nullopt;
    role.shard = 0;
    for (const char digit : digits)
        role.shard = *role.shard * 10 + static_cast<std::uint32_t>(digit - '0');
    return role;
}

/// A number above 0 and at most a million, in millionths.
std::optional<std::int64_t> speed_of(const TomlValue& value) {
    std::optional<std::int64_t> millionths;
    if (const auto* const number = value.as<std::int64_t>()) {
        if (*number <= speed_millionths_max) millionths = book::rescale(*number, 0, speed_decimals);
    } else if (const auto* const real = value.as<double>()) {
        // The text is gone; six decimals of what is left of it are exact in this range.
        if (*real > 0 && *real <= 1e6) millionths = std::llround(*real * 1e6);
    } else if (const auto* const digits = value.as<std::string>()) {
        const auto parsed = book::parse_decimal(*digits, speed_decimals);
        if (parsed.ok()) millionths = parsed.value;
    }
    if (millionths && (*millionths < 1 || *millionths > speed_millionths_max)) millionths.reset();
    return millionths;
}

}  // namespace

// --------------------------------------------------------------------------- reading

void read(const TomlValue& value, const Allowed&, bool& out, Complaints& complaints) {
    if (const auto* const truth = value.as<bool>()) {
        out = *truth;
    } else {
        wrong(complaints, value, "true or false");
    }
}

void read(const TomlValue& value, const Allowed& allowed, std::uint64_t& out,
          Complaints& complaints) {
    if (const auto number = integer(value, allowed, range_text(allowed, &out), complaints))
        out = static_cast<std::uint64_t>(*number);
}

void read(const TomlValue& value, const Allowed& allowed, std::optional<std::uint32_t>& out,
          Complaints& complaints) {
    const auto* const number = value.as<std::int64_t>();
    if (number != nullptr && *number == -1) {
        out.reset();
    } else if (const auto some = integer(value, allowed, range_text(allowed, &out), complaints)) {
        out = static_cast<std::uint32_t>(*some);
    }
}

void read(const TomlValue& value, const Allowed& allowed, std::string& out,
          Complaints& complaints) {
    if (const std::string* const some = text(value, allowed, complaints)) out = *some;
}

void read(const TomlValue& value, const Allowed& allowed, std::vector<std::string>& out,
          Complaints& complaints) {
    if (value.as<std::string>() != nullptr) {
        if (const std::string* const some = text(value, allowed, complaints)) out = {*some};
        return;
    }
    const auto* const array = elements(value, strings_max, "text or an array of texts", complaints);
    if (array == nullptr) return;
    std::vector<std::string> found;
    for (const TomlValue& one : *array) {
        if (const std::string* const some = text(one, allowed, complaints)) found.push_back(*some);
    }
    if (found.size() == array->size()) out = std::move(found);
}

// Nothing of a value may be shown here, also not of one of a wrong kind or length.
void read(const TomlValue& value, const Allowed& allowed, std::vector<Secret>& out,
          Complaints& complaints) {
    const std::vector<TomlValue> alone{value};
    const auto* array =
        value.as<std::string>() != nullptr ? &alone : value.as<std::vector<TomlValue>>();
    if (array == nullptr || array->size() > strings_max) {
        complaints.push_back({value.line, "",
                              "must be an array of at most " + std::to_string(strings_max) +
                                  " secrets, got " + std::string{kind_of(value)}});
        return;
    }
    std::vector<Secret> found;
    for (const TomlValue& one : *array) {
        const auto* const some = one.as<std::string>();
        if (some != nullptr && *some == Secret::mask) {
            complaints.push_back({one.line, "", "is the mask of a printed secret, not a secret"});
        } else if (some == nullptr || static_cast<std::int64_t>(some->size()) < allowed.least ||
                   static_cast<std::int64_t>(some->size()) > allowed.most) {
            complaints.push_back({one.line, "",
                                  "must be \"env:NAME\", \"file:PATH\" or " + text_range(allowed) +
                                      ", got " + std::string{kind_of(one)}});
        } else {
            found.emplace_back(*some);
        }
    }
    if (found.size() == array->size()) out = std::move(found);
}

void read(const TomlValue& value, const Allowed& allowed, std::vector<HostedRole>& out,
          Complaints& complaints) {
    const auto* const array =
        elements(value, static_cast<std::size_t>(allowed.most), "an array of roles", complaints);
    if (array == nullptr) return;
    std::vector<HostedRole> found;
    for (const TomlValue& one : *array) {
        const auto* const name = one.as<std::string>();
        const auto role = name != nullptr ? role_named(*name) : std::nullopt;
        if (role) {
            found.push_back(*role);
        } else {
            wrong(
                complaints, one,
                list_of(role_names.data(), role_names.size()) + ", or \"market.N\" for one shard");
        }
    }
    if (found.size() == array->size()) out = std::move(found);
}

void read(const TomlValue& value, const Allowed& allowed, Speed& out, Complaints& complaints) {
    const auto* const word = value.as<std::string>();
    if (word != nullptr && *word == "max") {
        out.millionths.reset();
    } else if (const auto millionths = speed_of(value)) {
        out.millionths = static_cast<std::uint64_t>(*millionths);
    } else {
        wrong(complaints, value, range_text(allowed, &out));
    }
}

void read(const TomlValue& value, const Allowed& allowed, std::map<std::string, LogLevel>& out,
          Complaints& complaints) {
    const auto* const table = value.as<TomlTable>();
    if (table == nullptr) {
        wrong(complaints, value, "a table of modules and levels");
        return;
    }
    for (const TomlMember& member : *table) {
        Complaints inner;
        LogLevel level{};
        if (member.name.empty() || member.name.size() > 32) {
            inner.push_back({member.line, "", "is not the name of a module"});
        } else if (!out.contains(member.name) &&
                   out.size() >= static_cast<std::size_t>(allowed.most)) {
            inner.push_back(
                {member.line, "",
                 "is beyond the " + std::to_string(allowed.most) + " modules that there may be"});
        } else {
            read(member.value, allowed, level, inner);
        }
        if (inner.empty()) out[member.name] = level;
        for (Complaint& complaint : inner)
            complaints.push_back({complaint.line, '.' + toml_key(member.name.substr(0, 40)),
                                  std::move(complaint.reason)});
    }
}

// --------------------------------------------------------------------------- printing

std::string print(bool value) {
    return value ? "true" : "false";
}

std::string print(std::uint64_t value) {
    return std::to_string(value);
}

std::string print(const std::optional<std::uint32_t>& value) {
    return value ? std::to_string(*value) : "-1";
}

std::string print(const std::string& value) {
    return toml_string(value);
}

std::string print(const std::vector<std::string>& value) {
    std::vector<std::string> texts;
    for (const std::string& one : value)
        texts.push_back(toml_string(one));
    return array_text(texts);
}

std::string print(const std::vector<Secret>& value) {
    std::vector<std::string> texts;
    for (const Secret& one : value)
        texts.push_back(toml_string(one.shown()));
    return array_text(texts);
}

std::string print(const std::vector<HostedRole>& value) {
    std::vector<std::string> texts;
    for (const HostedRole& role : value) {
        const std::string shard = role.shard ? '.' + std::to_string(*role.shard) : "";
        texts.push_back(toml_string(std::string{to_string(role.kind)} + shard));
    }
    return array_text(texts);
}

std::string print(const Speed& value) {
    if (!value.millionths) return toml_string("max");
    return book::to_text(book::Quantity{static_cast<std::int64_t>(*value.millionths)},
                         speed_decimals);
}

std::string print(const std::map<std::string, LogLevel>& value) {
    std::string out = "{";
    for (const auto& [module, level] : value) {
        out += out.size() > 1 ? ", " : " ";
        out += toml_key(module) + " = " + print(level);
    }
    return out + (value.empty() ? "}" : " }");
}

// --------------------------------------------------------------------------- ranges

std::string list_of(const std::string_view* names, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) out += i + 1 == count ? " or " : ", ";
        out += toml_string(names[i]);
    }
    return out;
}

std::string range_text(const Allowed&, const bool*) {
    return "true or false";
}

std::string range_text(const Allowed& allowed, const std::uint64_t*) {
    return std::to_string(allowed.least) + " to " + std::to_string(allowed.most) +
           (allowed.power_of_two ? ", a power of two" : "");
}

std::string range_text(const Allowed& allowed, const std::optional<std::uint32_t>*) {
    return std::to_string(allowed.least) + " to " + std::to_string(allowed.most) + ", or -1";
}

std::string range_text(const Allowed&, const Speed*) {
    return "0.000001 to 1000000, or \"max\"";
}

std::string range_text(const Allowed&, const void*) {
    return "";
}

}  // namespace tickweir::gateway
