// A digest of every change of the touch, instrument by instrument: two readers of one capture whose
// digests agree had the same best prices and quantities all the way.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/order_book.hpp"
#include "book/types.hpp"
#include "gateway/commands/crc32.hpp"

namespace tickweir::gateway {

/// After each change the text `<bid price> <bid quantity> <ask price> <ask quantity>` (`- -` for an
/// empty side, numbers in normal form) is compared with the last one noted; if it differs it is
/// noted and counted. The digest is the CRC-32 of all noted texts, each with a line feed behind.
class BboDigest {
public:
    struct Value {
        std::uint64_t changes = 0;
        std::uint32_t crc = 0;
        friend bool operator==(const Value&, const Value&) = default;
    };

    BboDigest(unsigned price_decimals, unsigned quantity_decimals)
        : price_decimals_{price_decimals}, quantity_decimals_{quantity_decimals} {}

    /// What an instrument is called; a number that gets another name starts afresh.
    using Name = std::array<char, 8>;

    /// Takes the touch as it stands after a change.
    void note(book::InstrumentId instrument, const Name& name, const book::Quote& quote);

    /// Of one instrument so far.
    Value value(book::InstrumentId instrument) const;

private:
    struct Touch {
        book::Price price;
        book::Quantity open;  // 0: the side is empty
        friend bool operator==(const Touch&, const Touch&) = default;
    };
    struct Noted {
        Touch bid;
        Touch ask;
        std::uint64_t changes = 0;
        Crc32 crc;
        Name name{};
    };
    static Touch touch(const std::optional<book::Level>& best);
    void add(Crc32& crc, const Touch& bid, const Touch& ask) const;
    char* write(const Touch& touch, char* out) const;

    std::vector<Noted> noted_;  // by instrument
    unsigned price_decimals_;
    unsigned quantity_decimals_;
};

}  // namespace tickweir::gateway
