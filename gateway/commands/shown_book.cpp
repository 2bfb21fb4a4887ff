#include "gateway/commands/shown_book.hpp"

#include <array>
#include <span>

#include "book/decimal.hpp"
#include "gateway/commands/crc32.hpp"
#include "gateway/feeds/itch_instruments.hpp"

namespace tickweir::gateway {
namespace {

void add_row(Crc32& crc, book::Side side, const book::Level& level, unsigned price_decimals,
             unsigned quantity_decimals) {
    std::array<char, 2 * book::decimal_text_max + 8> text;
    char* end = text.data();
    *end++ = side == book::Side::buy ? 'B' : 'A';
    *end++ = ' ';
    end += book::write_decimal(level.price.ticks, price_decimals, end);
    *end++ = ' ';
    end += book::write_decimal(level.open.lots, quantity_decimals, end);
    *end++ = '\n';
    crc.add({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

ShownBook show_book(const book::OrderBook& book, std::size_t depth) {
    ShownBook shown;
    Crc32 crc;
    const auto show_side = [&](book::Side side, std::vector<book::Level>& levels) {
        book.for_each_level(side, [&](const book::Level& level) {
            if (levels.size() < depth) levels.push_back(level);
            shown.open_orders += level.order_count;
            add_row(crc, side, level, ItchInstrument::price_decimals,
                    ItchInstrument::quantity_decimals);
        });
        return book.level_count(side);
    };
    shown.bid_levels = show_side(book::Side::buy, shown.bids);
    shown.ask_levels = show_side(book::Side::sell, shown.asks);
    shown.crc = crc.value();
    return shown;
}

ShownBook show_book(const book::LevelBook& book, unsigned price_decimals,
                    unsigned quantity_decimals, std::size_t depth) {
    ShownBook shown;
    Crc32 crc;
    const auto show_side = [&](book::Side side, std::vector<book::Level>& best) {
        const book::LevelRows levels = book.levels(side);
        for (auto row = levels.rbegin(); row != levels.rend(); ++row) {
            const book::Level level = *row;
            if (best.size() < depth) best.push_back(level);
            add_row(crc, side, level, price_decimals, quantity_decimals);
        }
        return levels.size();
    };
    shown.bid_levels = show_side(book::Side::buy, shown.bids);
    shown.ask_levels = show_side(book::Side::sell, shown.asks);
    shown.crc = crc.value();
    return shown;
}

}  // namespace tickweir::gateway
