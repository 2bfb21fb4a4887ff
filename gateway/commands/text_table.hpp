// Rows of text in columns as wide as what stands in them.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {

class TextTable {
public:
    /// One character a column: `<` or `>` for the side that its texts stand at.
    explicit TextTable(std::string_view alignment) : alignment_{alignment} {}

    /// As many texts as there are columns. Bytes that a terminal might take for a command, and all
    /// that is not ASCII, become dots.
    void add(std::vector<std::string> row);

    std::size_t rows() const { return rows_.size(); }

    /// Two blanks between columns, none at the end of a line.
    void print(std::ostream& out) const;

private:
    std::string alignment_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace tickweir::gateway
