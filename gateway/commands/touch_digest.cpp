#include "gateway/commands/touch_digest.hpp"

namespace tickweir::gateway {
namespace {

char* write_level(const std::optional<book::Level>& level, unsigned price_decimals,
                  unsigned quantity_decimals, char* out) {
    if (!level) {
        for (const char c : std::string_view{"- -"})
            *out++ = c;
        return out;
    }
    out += book::write_decimal(level->price.ticks, price_decimals, out);
    *out++ = ' ';
    return out + book::write_decimal(level->open.lots, quantity_decimals, out);
}

}  // namespace

void TouchDigest::note(const book::LevelBook& book, unsigned price_decimals,
                       unsigned quantity_decimals) {
    std::array<char, 4 * (book::decimal_text_max + 1)> text;
    char* end =
        write_level(book.best(book::Side::buy), price_decimals, quantity_decimals, text.data());
    *end++ = ' ';
    end = write_level(book.best(book::Side::sell), price_decimals, quantity_decimals, end);
    *end++ = '\n';
    const auto bytes = static_cast<std::size_t>(end - text.data());
    const std::string_view now{text.data(), bytes};
    if (now == std::string_view{noted_.data(), noted_bytes_}) return;
    noted_ = text;
    noted_bytes_ = bytes;
    ++changes_;
    crc_.add(now);
}

}  // namespace tickweir::gateway
