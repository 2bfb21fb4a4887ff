#include "gateway/commands/shown_book.hpp"

#include <array>

#include "book/decimal.hpp"
#include "gateway/commands/crc32.hpp"
#include "gateway/feeds/itch_instruments.hpp"

namespace tickweir::gateway {
namespace {

void add_row(Crc32& crc, book::Side side, const book::Level& level) {
    std::array<char, 2 * book::decimal_text_max + 8> text;
    char* end = text.data();
    *end++ = side == book::Side::buy ? 'B' : 'A';
    *end++ = ' ';
    end += book::write_decimal(level.price.ticks, ItchInstrument::price_decimals, end);
    *end++ = ' ';
    end += book::write_decimal(level.open.lots, ItchInstrument::quantity_decimals, end);
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
            add_row(crc, side, level);
        });
        return book.level_count(side);
    };
    shown.bid_levels = show_side(book::Side::buy, shown.bids);
    shown.ask_levels = show_side(book::Side::sell, shown.asks);
    shown.crc = crc.value();
    return shown;
}

}  // namespace tickweir::gateway
