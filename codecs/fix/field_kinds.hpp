// What a reader has to know of a tag without a dictionary: whether its value counts the bytes of
// the next field, is such bytes, or counts the entries of a group. FIX 4.0 to 5.0SP2.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "codecs/fix/fields.hpp"

namespace tickweir::codecs::fix {

enum class FieldKind : std::uint8_t {
    plain,
    data_length,  ///< its value is the number of bytes in the data field that follows at once
    data,         ///< any bytes, SOH among them
    group_count,  ///< its value is the number of entries that follow
    framing,      ///< BeginString, BodyLength, CheckSum: only where a message begins and ends
};

/// A length field and the data field that it announces.
struct DataPair {
    Tag length;
    Tag data;
};

/// All pairs, FIX 4.0 to 5.0SP2.
inline constexpr auto data_pairs = std::to_array<DataPair>(
    {DataPair{90, 91},     DataPair{93, 89},     DataPair{95, 96},     DataPair{212, 213},
     DataPair{348, 349},   DataPair{350, 351},   DataPair{352, 353},   DataPair{354, 355},
     DataPair{356, 357},   DataPair{358, 359},   DataPair{360, 361},   DataPair{362, 363},
     DataPair{364, 365},   DataPair{445, 446},   DataPair{618, 619},   DataPair{621, 622},
     DataPair{1184, 1185}, DataPair{1277, 1278}, DataPair{1280, 1281}, DataPair{1282, 1283},
     DataPair{1397, 1398}, DataPair{1401, 1402}, DataPair{1403, 1404}, DataPair{1468, 1469}});

/// All tags that count entries of a repeating group, FIX 4.0 to 5.0SP2.
inline constexpr auto group_counts = std::to_array<Tag>(
    {33,   73,   78,   85,   124,  136,  146,  199,  215,  232,  267,  268,  295,  296,  382,  384,
     386,  398,  420,  428,  453,  454,  457,  473,  510,  518,  534,  539,  552,  555,  558,  576,
     580,  604,  627,  670,  683,  702,  711,  735,  753,  756,  768,  778,  781,  801,  802,  804,
     806,  809,  816,  862,  864,  870,  887,  897,  936,  938,  948,  952,  957,  981,  984,  1016,
     1018, 1052, 1058, 1062, 1116, 1120, 1141, 1158, 1165, 1175, 1177, 1201, 1205, 1218, 1232, 1234,
     1235, 1236, 1237, 1239, 1286, 1292, 1296, 1309, 1310, 1311, 1312, 1334, 1342, 1351, 1362, 1370,
     1387, 1413, 1414, 1445, 1461, 1475, 1483, 1491, 1494, 1499});

namespace detail {

/// Beyond the last tag of the lists.
inline constexpr Tag kinds_known = 1536;

/// One more than are known, for all other tags.
inline constexpr auto field_kinds = [] {
    std::array<FieldKind, kinds_known + 1> kinds{};
    for (const DataPair& pair : data_pairs) {
        kinds[pair.length] = FieldKind::data_length;
        kinds[pair.data] = FieldKind::data;
    }
    for (const Tag count : group_counts)
        kinds[count] = FieldKind::group_count;
    for (const Tag framing : {tag::begin_string, tag::body_length, tag::check_sum})
        kinds[framing] = FieldKind::framing;
    return kinds;
}();

}  // namespace detail

/// Constant time, of any number.
constexpr FieldKind field_kind(Tag tag) {
    return detail::field_kinds[std::min(tag, detail::kinds_known)];
}

/// The data field that belongs to a length field; 0 where `length` is none.
constexpr Tag data_tag_of(Tag length) {
    for (const DataPair& pair : data_pairs)
        if (pair.length == length) return pair.data;
    return 0;
}

/// The length field that belongs to a data field; 0 where `data` is none.
constexpr Tag length_tag_of(Tag data) {
    for (const DataPair& pair : data_pairs)
        if (pair.data == data) return pair.length;
    return 0;
}

}  // namespace tickweir::codecs::fix
