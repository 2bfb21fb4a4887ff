#include "txn/record/wire.hpp"

#include <algorithm>

namespace tickweir::txn::record {

void RecordReader::fail(Fault fault, std::size_t at, const char* what, std::uint64_t value) {
    if (!ok()) return;
    fault_ = fault;
    fault_at_ = at;
    what_ = what;
    value_ = value;
    // Nothing is left to be read: all that follows is cut off, and only the first fault counts.
    bytes_ = bytes_.first(at_);
}

std::string RecordReader::fault_text() const {
    if (ok()) return {};
    const std::string place = "byte " + std::to_string(fault_at_) + ": " + what_;
    switch (fault_) {
        case Fault::none:
        case Fault::value:
            return place + ' ' + std::to_string(value_);
        case Fault::cut_off:
            return place + " is cut off";
        case Fault::too_long:
            return place + ' ' + std::to_string(value_) + " in more bytes than it needs";
        case Fault::needless:
            return place + " is written though it follows";
    }
    return place;
}

/// Of any length, up to the last byte.
std::uint64_t RecordReader::number_by_bytes(const char* what) {
    if (!has(1, what)) return 0;
    const auto first = std::to_integer<unsigned>(bytes_[at_]);
    const unsigned bytes = first == 0 ? static_cast<unsigned>(number_bytes_max)
                                      : static_cast<unsigned>(std::countr_zero(first)) + 1;
    if (!has(bytes, what)) return 0;
    std::uint64_t value = 0;
    if (bytes == number_bytes_max) {
        std::memcpy(&value, bytes_.data() + at_ + 1, sizeof value);
    } else {
        std::memcpy(&value, bytes_.data() + at_, std::min<std::size_t>(bytes, sizeof value));
        value >>= bytes;
    }
    const std::size_t begin = at_;
    at_ += bytes;
    if (bytes_of(value) == bytes) [[likely]]
        return value;
    fail(Fault::too_long, begin, what, value);
    return 0;
}

Uint128 RecordReader::wide(const char* what) {
    const std::size_t begin = at_;
    const auto bytes = static_cast<std::size_t>(byte(what));
    if (bytes > sizeof(Uint128)) {
        refuse(begin, what, bytes);
        return 0;
    }
    if (!has(bytes, what)) return 0;
    Uint128 value = 0;
    std::memcpy(&value, bytes_.data() + at_, bytes);
    at_ += bytes;
    if (bytes != 0 && bytes_[at_ - 1] == std::byte{0}) {
        fail(Fault::too_long, begin, what, static_cast<std::uint64_t>(unzigzag(value)));
        return 0;
    }
    return unzigzag(value);
}

ClientOrderId RecordReader::text(const char* what) {
    const std::size_t begin = at_;
    const auto length = static_cast<std::size_t>(byte(what));
    if (length > ClientOrderId::bytes_max) {
        refuse(begin, what, length);
        return {};
    }
    if (!has(length, what)) return {};
    char text[ClientOrderId::bytes_max];
    std::memcpy(text, bytes_.data() + at_, length);
    at_ += length;
    return ClientOrderId{{text, length}};
}

}  // namespace tickweir::txn::record
