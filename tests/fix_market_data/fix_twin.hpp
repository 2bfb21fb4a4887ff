// A FIX client's side of market data, written apart from the desk: takes bodies of W and X, keeps
// the books that they tell of, and complains about every entry that does not fit what it holds.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {

using FixFields = std::vector<std::pair<int, std::string>>;

/// The fields of a body; SOH ends each.
FixFields fix_fields(std::string_view body);
/// The first with that tag, or nothing.
std::string fix_value(const FixFields& fields, int tag);
class FixTwin {
public:
    struct Row {
        std::string quantity;
        std::string orders;
        friend bool operator==(const Row&, const Row&) = default;
        friend std::ostream& operator<<(std::ostream& out, const Row& row) {
            return out << row.quantity << " in " << row.orders;
        }
    };
    using Side = std::map<std::int64_t, Row>;  ///< by price, in hundredths

    struct Book {
        Side bids;
        Side offers;
        std::vector<std::string> trades;  ///< prices, since the first message
        std::vector<std::string> trade_ids;
        std::size_t snapshots = 0;
        std::size_t incrementals = 0;
        std::size_t blanks = 0;  ///< W without entries
    };

    /// What it asked for under an id: it judges what comes by that.
    void expect(std::string id, std::size_t depth, bool drops_by_itself = false);
    void receive(std::string_view msg_type, std::string_view body);

    Book& book(const std::string& id, const std::string& symbol) { return books_[{id, symbol}]; }
    const std::vector<std::string>& complaints() const { return complaints_; }

private:
    struct Wish {
        std::size_t depth = 0;  ///< 0: all
        bool drops_by_itself = false;
    };

    void on_snapshot(const FixFields& fields);
    void on_incremental(const FixFields& fields);
    void change(Book& book, const Wish& wish, const FixFields& entry);
    void check_positions(const Book& book, const std::vector<FixFields>& entries);
    void complain(const std::string& what, const FixFields& entry);

    std::map<std::string, Wish> wishes_;
    std::map<std::pair<std::string, std::string>, Book> books_;
    std::vector<std::string> complaints_;
    std::string message_;  // at hand
};

}  // namespace tickweir::tests
