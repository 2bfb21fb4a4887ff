#include "gateway/commands/bbo_digest.hpp"

#include <cstddef>

#include "book/decimal.hpp"

namespace tickweir::gateway {

BboDigest::Touch BboDigest::touch(const std::optional<book::Level>& best) {
    return best ? Touch{best->price, best->open} : Touch{};
}

void BboDigest::note(book::InstrumentId instrument, const Name& name, const book::Quote& quote) {
    const auto i = static_cast<std::size_t>(instrument);
    if (i >= noted_.size()) noted_.resize(i + 1);
    Noted& noted = noted_[i];
    if (noted.name != name) [[unlikely]] {
        noted = {};
        noted.name = name;
    }
    const Touch bid = touch(quote.bid);
    const Touch ask = touch(quote.ask);
    if (noted.changes != 0 && bid == noted.bid && ask == noted.ask) return;
    noted.bid = bid;
    noted.ask = ask;
    ++noted.changes;
    add(noted.crc, bid, ask);
}

BboDigest::Value BboDigest::value(book::InstrumentId instrument) const {
    const auto i = static_cast<std::size_t>(instrument);
    if (i >= noted_.size()) return {};
    return {noted_[i].changes, noted_[i].crc.value()};
}

void BboDigest::add(Crc32& crc, const Touch& bid, const Touch& ask) const {
    std::array<char, 4 * (book::decimal_text_max + 1)> text;
    char* end = write(bid, text.data());
    *end++ = ' ';
    end = write(ask, end);
    *end++ = '\n';
    crc.add({text.data(), static_cast<std::size_t>(end - text.data())});
}

char* BboDigest::write(const Touch& touch, char* out) const {
    if (touch.open.lots == 0) {
        *out++ = '-';
        *out++ = ' ';
        *out++ = '-';
        return out;
    }
    out += book::write_decimal(touch.price.ticks, price_decimals_, out);
    *out++ = ' ';
    return out + book::write_decimal(touch.open.lots, quantity_decimals_, out);
}

}  // namespace tickweir::gateway
