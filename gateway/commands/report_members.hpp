// Members of the JSON documents that commands print: a key and its value in one call, and what
// several reports tell in the same words.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {

template <std::integral Value>
void put(JsonWriter& json, std::string_view key, Value value) {
    json.key(key);
    if constexpr (std::same_as<Value, bool>)
        json.boolean(value);
    else
        json.number(value);
}

inline void put(JsonWriter& json, std::string_view key, std::string_view value) {
    json.key(key);
    json.string(value);
}

/// Eight hexadecimal digits.
inline void put_crc(JsonWriter& json, std::string_view key, std::uint32_t crc) {
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", crc);
    put(json, key, text.data());
}

/// `what_time_ns` and `what_time` on a line, both null where there is none.
inline void put_time(JsonWriter& json, const std::string& what,
                     const std::optional<book::TimeNs>& time) {
    json.line_break();
    json.key(what + "_ns");
    if (!time) {
        json.null();
        json.key(what);
        return json.null();
    }
    json.number(std::int64_t{time->time_since_epoch().count()});
    put(json, what, SessionClock::utc_text(*time));
}

/// A list with an object a line, of the members that `put_members` puts for an entry.
template <class List, class Put>
void put_list(JsonWriter& json, std::string_view key, const List& list, Put&& put_members) {
    json.line_break();
    json.key(key);
    json.begin_array();
    for (const auto& entry : list) {
        json.line_break();
        json.begin_object();
        put_members(entry);
        json.end_object();
    }
    json.end_array();
}

/// `"captures": [...]`
inline void put_captures(JsonWriter& json, const std::vector<std::filesystem::path>& captures) {
    json.key("captures");
    json.begin_array();
    for (const std::filesystem::path& capture : captures)
        json.string(capture.string());
    json.end_array();
}

}  // namespace tickweir::gateway
