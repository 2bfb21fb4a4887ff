// Columns of text.
#include "gateway/commands/text_table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace tickweir::gateway {
namespace {

TEST(TextTable, AlignsItsColumns) {
    TextTable table{"<><"};
    table.add({"a", "price", "note"});
    table.add({"long", "1", ""});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(),
              "a     price  note\n"
              "long      1\n");
    EXPECT_EQ(table.rows(), 2u);
}

TEST(TextTable, ShowsNoBytesThatATerminalMightObey) {
    TextTable table{"<"};
    table.add({"a\x1b[2J\n\xc3\xa9"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "a.[2J...\n");
}

}  // namespace
}  // namespace tickweir::gateway
