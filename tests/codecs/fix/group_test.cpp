// Repeating groups, nested ones too, and that the count is what it says.
#include "codecs/fix/group.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "codecs/fix/message.hpp"
#include "tests/codecs/fix/wire.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr std::array<Tag, 6> entry_tags{279, 269, 55, 270, 271, 453};
constexpr GroupShape entries{.count = 268, .delimiter = 279};
constexpr GroupShape bounded{.count = 268, .delimiter = 279, .members = entry_tags};

/// The entries of a group as text, or the fault's name.
std::vector<std::string> read(std::string_view body, const GroupShape& shape,
                              std::size_t entries_max = 1024) {
    const std::string bytes = framed(body);
    Message message;
    EXPECT_EQ(message.read(bytes).status, FrameStatus::whole);
    EXPECT_EQ(message.fault(), MessageFault::none);
    Group group{message.view(), shape, entries_max};
    if (group.fault() != GroupFault::none) {
        EXPECT_EQ(group.size(), 0u);
        EXPECT_FALSE(group.next());
        return {std::string{to_string(group.fault())}};
    }
    std::vector<std::string> texts;
    while (const auto entry = group.next()) {
        std::string text;
        for (const Field& field : entry->fields())
            text += std::to_string(field.tag) + '=' + std::string{entry->value(field)} + '|';
        texts.push_back(text);
    }
    EXPECT_EQ(texts.size(), group.size());
    return texts;
}

using Entries = std::vector<std::string>;

TEST(GroupTest, GivesItsEntriesInTheirOrder) {
    const std::string_view body = "35=X|268=2|279=0|269=0|270=1|279=1|269=1|270=2|";
    const Entries expected{"279=0|269=0|270=1|", "279=1|269=1|270=2|"};
    EXPECT_EQ(read(body, entries), expected);
    EXPECT_EQ(read(body, {.count = 268}), expected);
    EXPECT_EQ(read(body, bounded), expected);
}

TEST(GroupTest, EndsAtTheFirstFieldThatIsNoMembers) {
    EXPECT_EQ(read("35=X|268=1|279=0|270=1|58=text|270=9|", bounded), Entries{"279=0|270=1|"});
    EXPECT_EQ(read("35=X|268=1|279=0|270=1|93=1|89=s|", entries), Entries{"279=0|270=1|"});
}

TEST(GroupTest, IsEmptyWhereNoneIs) {
    EXPECT_EQ(read("35=X|55=A|", entries), Entries{});
    EXPECT_EQ(read("35=X|268=0|55=A|", entries), Entries{});
    EXPECT_EQ(read("35=X|268=0|", {.count = 268}), Entries{});
}

TEST(GroupTest, VerifiesTheCount) {
    const Entries mismatch{std::string{to_string(GroupFault::count_mismatch)}};
    EXPECT_EQ(read("35=X|268=3|279=0|270=1|279=0|270=2|", entries), mismatch);
    EXPECT_EQ(read("35=X|268=1|279=0|270=1|279=0|270=2|", entries), mismatch);
    EXPECT_EQ(read("35=X|268=0|279=0|270=1|", entries), mismatch);
    EXPECT_EQ(read("35=X|268=1|", entries), mismatch);
    EXPECT_EQ(read("35=X|268=1|58=x|", bounded), mismatch);
    EXPECT_EQ(read("35=X|268=1|270=1|279=0|", entries),
              Entries{std::string{to_string(GroupFault::wrong_delimiter)}});
    EXPECT_EQ(read("35=X|268=2|279=0|279=0|", entries, 1),
              Entries{std::string{to_string(GroupFault::too_many_entries)}});
    EXPECT_EQ(read("35=X|268=|279=0|", entries),
              Entries{std::string{to_string(GroupFault::bad_count)}});
}

TEST(GroupTest, NestsInEntries) {
    const std::string bytes =
        framed("35=X|268=2|279=0|270=1|453=2|448=a|447=D|448=b|279=1|270=2|453=1|448=c|58=end|");
    constexpr std::array<Tag, 2> party_tags{448, 447};
    constexpr std::array<Tag, 5> outer_tags{279, 270, 453, 448, 447};
    Message message;
    ASSERT_EQ(message.read(bytes).status, FrameStatus::whole);
    Group outer{message.view(), {.count = 268, .delimiter = 279, .members = outer_tags}};
    Entries parties;
    while (const auto entry = outer.next()) {
        Group inner{*entry, {.count = 453, .delimiter = 448, .members = party_tags}};
        EXPECT_EQ(inner.fault(), GroupFault::none);
        while (const auto party = inner.next())
            parties.push_back(std::string{*party->find(448)} + std::string{*entry->find(270)});
    }
    EXPECT_EQ(parties, (Entries{"a1", "b1", "c2"}));
}

}  // namespace
}  // namespace tickweir::codecs::fix
