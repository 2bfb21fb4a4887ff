// Repeating groups: the entries that a count field announces, as views of their fields. Groups in
// an entry are read from the entry's view in the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codecs/fix/field_view.hpp"

namespace tickweir::codecs::fix {

/// What a group looks like.
struct GroupShape {
    Tag count;          ///< such as 268 NoMDEntries
    Tag delimiter = 0;  ///< the first tag of each entry; 0: whichever follows the count
    /// All tags that an entry may hold, those of groups inside it too; the first other one ends the
    /// group. Empty: the group reaches to the end of the view or the message's trailer.
    std::span<const Tag> members = {};
};

enum class GroupFault : std::uint8_t {
    none,
    bad_count,         ///< no number
    too_many_entries,  ///< more than asked for at most
    wrong_delimiter,   ///< the first entry begins with another tag
    count_mismatch,    ///< there are more or fewer entries than the count says
};

/// The name of a fault as it stands in rejects.
std::string_view to_string(GroupFault fault);

/// Goes over the entries of a group; the message must outlive it. Making one verifies the count and
/// is linear in the group (times the members).
class Group {
public:
    /// The first group of this shape in `within`: a message's view, or an entry's. A count that is
    /// absent or 0 is a group without entries.
    Group(FieldView within, const GroupShape& shape, std::size_t entries_max = 1024);

    GroupFault fault() const { return fault_; }
    /// The entries; 0 after a fault.
    std::size_t size() const { return size_; }

    /// The entries in their order, then nothing.
    std::optional<FieldView> next();

private:
    void verify(FieldView behind, const GroupShape& shape, std::size_t announced);

    FieldView rest_;
    Tag delimiter_ = 0;
    std::size_t size_ = 0;
    GroupFault fault_ = GroupFault::none;
};

}  // namespace tickweir::codecs::fix
