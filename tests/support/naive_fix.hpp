// A naive reader of FIX messages: splits by SOH and believes nothing. Slow, allocating, obvious;
// the twin of codecs/fix in its tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "codecs/fix/field_kinds.hpp"

namespace tickweir::tests {

using NaiveFields = std::vector<std::pair<std::uint32_t, std::string>>;

inline bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

inline const std::map<std::uint32_t, std::uint32_t>& naive_data_pairs() {
    static const std::map<std::uint32_t, std::uint32_t> pairs{
        {93, 89},     {90, 91},     {95, 96},     {212, 213},   {348, 349},   {350, 351},
        {352, 353},   {354, 355},   {356, 357},   {358, 359},   {360, 361},   {362, 363},
        {364, 365},   {445, 446},   {618, 619},   {621, 622},   {1184, 1185}, {1277, 1278},
        {1280, 1281}, {1282, 1283}, {1397, 1398}, {1401, 1402}, {1403, 1404}, {1468, 1469}};
    return pairs;
}

/// The fields of a text that ends with SOH, or nothing where one is wrong.
inline std::optional<NaiveFields> naive_fields(std::string_view text, std::size_t entries_max) {
    NaiveFields fields;
    while (!text.empty()) {
        const std::size_t equals = text.find('=');
        if (equals == text.npos) return std::nullopt;
        const std::string_view tag_text = text.substr(0, equals);
        if (!all_digits(tag_text) || tag_text[0] == '0' || tag_text.size() > 10)
            return std::nullopt;
        const std::uint64_t tag = std::stoull(std::string{tag_text});
        if (tag > 0x7fffffff) return std::nullopt;
        text.remove_prefix(equals + 1);
        std::size_t length = text.find('\x01');
        const auto pair = std::ranges::find_if(
            naive_data_pairs(), [&](const auto& entry) { return entry.second == tag; });
        if (pair != naive_data_pairs().end()) {
            if (fields.empty() || fields.back().first != pair->first) return std::nullopt;
            length = std::stoull(fields.back().second);
        } else if (!fields.empty() && naive_data_pairs().contains(fields.back().first)) {
            return std::nullopt;
        }
        if (length >= text.size() || text[length] != '\x01') return std::nullopt;
        const std::string value{text.substr(0, length)};
        if (naive_data_pairs().contains(static_cast<std::uint32_t>(tag)) &&
            (!all_digits(value) || value.size() > 15))
            return std::nullopt;
        if (std::ranges::count(codecs::fix::group_counts, tag) != 0 && !value.empty() &&
            (!all_digits(value) || value.size() > 15 || std::stoull(value) > entries_max))
            return std::nullopt;
        fields.emplace_back(static_cast<std::uint32_t>(tag), value);
        text.remove_prefix(length + 1);
    }
    if (!fields.empty() && naive_data_pairs().contains(fields.back().first)) return std::nullopt;
    return fields;
}

/// The fields of a whole message with right length and checksum, or nothing.
inline std::optional<NaiveFields> naive_message(std::string_view text,
                                                std::size_t entries_max = 1024) {
    if (text.size() < 8) return std::nullopt;
    const std::string_view trailer = text.substr(text.size() - 7);
    if (!trailer.starts_with("10=") || trailer[6] != '\x01' || !all_digits(trailer.substr(3, 3)))
        return std::nullopt;
    const std::string_view summed = text.substr(0, text.size() - 7);
    unsigned sum = 0;
    for (const char c : summed)
        sum += static_cast<unsigned char>(c);
    if (sum % 256 != std::stoul(std::string{trailer.substr(3, 3)})) return std::nullopt;
    auto fields = naive_fields(summed, entries_max);
    if (!fields || fields->size() < 3) return std::nullopt;
    const auto& [begin, length, type] = std::tie((*fields)[0], (*fields)[1], (*fields)[2]);
    if (begin.first != 8 || length.first != 9 || type.first != 35 || type.second.empty())
        return std::nullopt;
    for (std::size_t i = 3; i < fields->size(); ++i)
        if (const auto tag = (*fields)[i].first; tag == 8 || tag == 9 || tag == 10)
            return std::nullopt;
    const std::size_t body_at = 2 + begin.second.size() + 1 + 2 + length.second.size() + 1;
    if (!all_digits(length.second) || length.second.size() > 10 ||
        std::stoull(length.second) != summed.size() - body_at)
        return std::nullopt;
    fields->emplace_back(10, std::string{trailer.substr(3, 3)});
    return fields;
}

}  // namespace tickweir::tests
