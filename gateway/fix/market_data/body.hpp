// A message's body in a buffer that is used again and again: entries are appended, and what stands
// before them is put in front once their number is known. Allocates when it is made, never again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/fix/fields.hpp"

namespace tickweir::gateway::fix::market_data {

class Body {
public:
    /// What fits a message that our own codec reads, header and trailer left out.
    static constexpr std::size_t bytes_max = 60U << 10;
    /// Entries of a group that our own codec reads.
    static constexpr std::size_t entries_max = 1'000;

    Body() : buffer_(front_room + bytes_max) { clear(); }

    /// Nothing in it.
    void clear();

    // Each appends `tag=value<SOH>`. What does not fit is left out, and then overflowed() is true
    // until back_to() or clear(). Values are not looked at: what strangers named has been before.

    void text(codecs::fix::Tag tag, std::string_view value);
    void number(codecs::fix::Tag tag, std::uint64_t value);
    /// Exact, without zeros at the end. At most 18 decimals.
    void decimal(codecs::fix::Tag tag, std::int64_t coefficient, unsigned decimals);
    /// Whole fields as they are.
    void fields(std::string_view written);

    bool overflowed() const { return overflowed_; }
    std::size_t mark() const { return end_; }
    void back_to(std::size_t mark) {
        end_ = mark;
        overflowed_ = false;
    }

    // In front of what is there. At most 512 bytes in all.

    void prepend(codecs::fix::Tag tag, std::string_view value);
    void prepend(codecs::fix::Tag tag, std::uint64_t value);
    void prepend_fields(std::string_view written);
    std::size_t front() const { return begin_; }
    void back_to_front(std::size_t front) { begin_ = front; }

    std::string_view view() const { return {buffer_.data() + begin_, end_ - begin_}; }

private:
    static constexpr std::size_t front_room = 512;

    std::vector<char> buffer_;
    std::size_t begin_ = front_room;
    std::size_t end_ = front_room;
    bool overflowed_ = false;
};

/// `272=YYYYMMDD<SOH>273=HH:MM:SS.mmm<SOH>` of a time since 1970, or nothing for 0 and earlier.
class EntryTime {
public:
    explicit EntryTime(std::int64_t time_ns);
    std::string_view fields() const { return {text_.data(), size_}; }

private:
    std::array<char, 40> text_;
    std::size_t size_ = 0;
};

/// `YYYYMMDD-HH:MM:SS.mmm`; of a time before 1970 that of 1970.
class Timestamp {
public:
    explicit Timestamp(std::int64_t time_ns);
    std::string_view text() const { return {text_.data(), text_.size()}; }

private:
    std::array<char, 21> text_;
};

}  // namespace tickweir::gateway::fix::market_data
