#include "tests/fix_market_data/fix_twin.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace tickweir::tests {
namespace {

/// Of "12.3" that is 1230; the test's prices have two decimals at most.
std::int64_t hundredths(const std::string& price) {
    const std::size_t point = price.find('.');
    std::string digits = price.substr(0, point);
    std::string fraction = point == std::string::npos ? "" : price.substr(point + 1);
    fraction.resize(2, '0');
    return std::strtoll((digits + fraction).c_str(), nullptr, 10);
}

/// The entries of 268, each beginning with the tag that follows the count.
std::vector<FixFields> entries_of(const FixFields& fields, std::size_t& announced) {
    std::vector<FixFields> entries;
    const auto count = std::ranges::find(fields, 268, &FixFields::value_type::first);
    announced = 0;
    if (count == fields.end()) return entries;
    announced = static_cast<std::size_t>(std::strtoull(count->second.c_str(), nullptr, 10));
    for (auto field = std::next(count); field != fields.end(); ++field) {
        if (field->first == std::next(count)->first) entries.emplace_back();
        entries.back().push_back(*field);
    }
    return entries;
}

FixTwin::Row row_of(const FixFields& entry) {
    return {fix_value(entry, 271), fix_value(entry, 346)};
}

}  // namespace

FixFields fix_fields(std::string_view body) {
    FixFields fields;
    while (!body.empty()) {
        const std::size_t end = body.find('\x01');
        const std::string_view field = body.substr(0, end);
        const std::size_t equals = field.find('=');
        fields.emplace_back(std::atoi(std::string{field.substr(0, equals)}.c_str()),
                            std::string{field.substr(equals + 1)});
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + 1);
    }
    return fields;
}

std::string fix_value(const FixFields& fields, int tag) {
    const auto found = std::ranges::find(fields, tag, &FixFields::value_type::first);
    return found == fields.end() ? "" : found->second;
}

void FixTwin::expect(std::string id, std::size_t depth, bool drops_by_itself) {
    wishes_[std::move(id)] = {depth, drops_by_itself};
}

void FixTwin::complain(const std::string& what, const FixFields& entry) {
    std::string text = what + ":";
    for (const auto& [tag, value] : entry)
        text += " " + std::to_string(tag) + "=" + value;
    complaints_.push_back(text + " in " + message_);
}

void FixTwin::receive(std::string_view msg_type, std::string_view body) {
    message_ = with_bars(body);
    const FixFields fields = fix_fields(body);
    if (std::ranges::any_of(fields, [](const auto& field) { return field.second.empty(); }))
        complain("a field without a value", fields);
    if (msg_type == "W") on_snapshot(fields);
    if (msg_type == "X") on_incremental(fields);
}

void FixTwin::on_snapshot(const FixFields& fields) {
    Book& book = books_[{fix_value(fields, 262), fix_value(fields, 55)}];
    const Wish& wish = wishes_[fix_value(fields, 262)];
    std::size_t announced = 0;
    const auto entries = entries_of(fields, announced);
    if (announced != entries.size()) complain("not as many entries as announced", fields);
    ++book.snapshots;
    if (entries.empty()) ++book.blanks;
    book.bids.clear();
    book.offers.clear();
    for (const FixFields& entry : entries) {
        const std::string type = fix_value(entry, 269);
        if (type == "2") {
            book.trades.push_back(fix_value(entry, 270));
            book.trade_ids.push_back(fix_value(entry, 58));
            continue;
        }
        Side& side = type == "0" ? book.bids : book.offers;
        if (!side.emplace(hundredths(fix_value(entry, 270)), row_of(entry)).second)
            complain("a price twice", entry);
        if (wish.depth != 0 && fix_value(entry, 290) != std::to_string(side.size()))
            complain("another position", entry);
    }
    if (wish.depth != 0 && std::max(book.bids.size(), book.offers.size()) > wish.depth)
        complain("more than the depth", fields);
}

void FixTwin::on_incremental(const FixFields& fields) {
    std::size_t announced = 0;
    const auto entries = entries_of(fields, announced);
    if (announced != entries.size() || entries.empty())
        complain("not as many entries as announced", fields);
    const std::string id = fix_value(fields, 262);
    for (const FixFields& entry : entries)
        change(books_[{id, fix_value(entry, 55)}], wishes_[id], entry);
    if (entries.empty()) return;
    Book& book = books_[{id, fix_value(entries.front(), 55)}];
    ++book.incrementals;
    check_positions(book, entries);
}

void FixTwin::change(Book& book, const Wish& wish, const FixFields& entry) {
    const std::string type = fix_value(entry, 269);
    const std::string action = fix_value(entry, 279);
    if (book.snapshots == 0) complain("an update before any snapshot", entry);
    if (type == "2") {
        if (action != "0") complain("a trade that is not new", entry);
        book.trades.push_back(fix_value(entry, 270));
        book.trade_ids.push_back(fix_value(entry, 278));
        return;
    }
    Side& side = type == "0" ? book.bids : book.offers;
    const std::int64_t price = hundredths(fix_value(entry, 270));
    const bool known = side.contains(price);
    if (action == "0" && known) complain("new, but known", entry);
    if (action != "0" && !known) complain("unknown", entry);
    if (action == "2") {
        side.erase(price);
        return;
    }
    side[price] = row_of(entry);
    if (wish.depth == 0 || side.size() <= wish.depth) return;
    if (!wish.drops_by_itself) complain("more than the depth", entry);
    side.erase(type == "0" ? side.begin() : std::prev(side.end()));
}

/// Where an entry stands once all of its message is applied.
void FixTwin::check_positions(const Book& book, const std::vector<FixFields>& entries) {
    for (const FixFields& entry : entries) {
        const std::string position = fix_value(entry, 290);
        if (position.empty()) continue;
        const bool bid = fix_value(entry, 269) == "0";
        const Side& side = bid ? book.bids : book.offers;
        const auto found = side.find(hundredths(fix_value(entry, 270)));
        if (found == side.end()) continue;
        const auto before = std::distance(side.begin(), found);
        const auto rank = bid ? static_cast<std::ptrdiff_t>(side.size()) - 1 - before : before;
        if (position != std::to_string(rank + 1)) complain("another position", entry);
    }
}

}  // namespace tickweir::tests
