#include "gateway/commands/text_table.hpp"

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {

void TextTable::add(std::vector<std::string> row) {
    book::ensure(row.size() == alignment_.size());
    for (std::string& text : row)
        std::ranges::replace_if(
            text, [](char c) { return c < ' ' || c > '~'; }, '.');
    rows_.push_back(std::move(row));
}

void TextTable::print(std::ostream& out) const {
    std::vector<std::size_t> widths(alignment_.size());
    for (const auto& row : rows_)
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], row[column].size());
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string blanks(widths[column] - row[column].size(), ' ');
            if (column != 0) line += "  ";
            line += alignment_[column] == '<' ? row[column] + blanks : blanks + row[column];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

}  // namespace tickweir::gateway
