#include "codecs/fix/group.hpp"

#include <algorithm>

namespace tickweir::codecs::fix {
namespace {

/// What stands behind the body of a message.
bool is_trailer(Tag tag) {
    return tag == tag::signature_length || tag == tag::signature || tag == tag::check_sum;
}

bool is_member(const GroupShape& shape, Tag tag) {
    if (shape.members.empty()) return !is_trailer(tag);
    return tag == shape.delimiter || std::ranges::find(shape.members, tag) != shape.members.end();
}

}  // namespace

Group::Group(FieldView within, const GroupShape& shape, std::size_t entries_max)
    : delimiter_{shape.delimiter} {
    const Field* const count = within.find_field(shape.count);
    if (count == nullptr) return;
    const auto announced = read_uint(within.value(*count));
    if (!announced && announced.status != FieldStatus::out_of_range) {
        fault_ = GroupFault::bad_count;
        return;
    }
    if (!announced || *announced > entries_max) {
        fault_ = GroupFault::too_many_entries;
        return;
    }
    const auto behind = static_cast<std::size_t>(count - within.fields().data()) + 1;
    verify({within.message(), within.fields().subspan(behind)}, shape,
           static_cast<std::size_t>(*announced));
}

/// Finds where the group ends in the fields behind its count, and counts its entries.
void Group::verify(FieldView behind, const GroupShape& shape, std::size_t announced) {
    const auto fields = behind.fields();
    if (delimiter_ == 0 && announced != 0 && !fields.empty()) delimiter_ = fields[0].tag;
    GroupShape bounded = shape;
    bounded.delimiter = delimiter_;
    if (announced == 0) {
        const bool has_entry = delimiter_ != 0 && !fields.empty() && fields[0].tag == delimiter_;
        fault_ = has_entry ? GroupFault::count_mismatch : GroupFault::none;
        return;
    }
    if (fields.empty() || !is_member(bounded, fields[0].tag)) {
        fault_ = GroupFault::count_mismatch;
        return;
    }
    if (fields[0].tag != delimiter_) {
        fault_ = GroupFault::wrong_delimiter;
        return;
    }
    std::size_t end = 0;
    std::size_t entries = 0;
    for (; end < fields.size() && is_member(bounded, fields[end].tag); ++end)
        entries += fields[end].tag == delimiter_;
    if (entries != announced) {
        fault_ = GroupFault::count_mismatch;
        return;
    }
    size_ = entries;
    rest_ = {behind.message(), fields.first(end)};
}

std::optional<FieldView> Group::next() {
    const auto fields = rest_.fields();
    if (fields.empty()) return std::nullopt;
    const auto next = std::ranges::find(fields.subspan(1), delimiter_, &Field::tag);
    const auto length = static_cast<std::size_t>(next - fields.begin());
    rest_ = {rest_.message(), fields.subspan(length)};
    return FieldView{rest_.message(), fields.first(length)};
}

std::string_view to_string(GroupFault fault) {
    switch (fault) {
        case GroupFault::none:
            return "none";
        case GroupFault::bad_count:
            return "bad count";
        case GroupFault::too_many_entries:
            return "too many entries";
        case GroupFault::wrong_delimiter:
            return "wrong first tag of an entry";
        case GroupFault::count_mismatch:
            return "another number of entries than the count says";
    }
    return "?";
}

}  // namespace tickweir::codecs::fix
