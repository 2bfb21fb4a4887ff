#include "gateway/fix/market_data/body.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

#include "book/decimal.hpp"
#include "book/ensure.hpp"
#include "codecs/fix/framing.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

using codecs::fix::soh;
using codecs::fix::Tag;

constexpr std::size_t number_max = 20;  // digits of 64 bits

char* put_number(char* to, std::uint64_t value) {
    return std::to_chars(to, to + number_max, value).ptr;  // 20 characters hold any
}

/// Exactly `width` digits; the value has no more.
char* put_digits(char* to, std::uint64_t value, unsigned width) {
    for (unsigned i = width; i-- > 0; value /= 10)
        to[i] = static_cast<char>('0' + value % 10);
    return to + width;
}

char* put_date(char* to, std::chrono::sys_days day) {
    const std::chrono::year_month_day date{day};
    to = put_digits(to, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    to = put_digits(to, static_cast<unsigned>(date.month()), 2);
    return put_digits(to, static_cast<unsigned>(date.day()), 2);
}

char* put_time_of_day(char* to, std::chrono::nanoseconds since_midnight) {
    const auto ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_midnight).count());
    to = put_digits(to, ms / 3'600'000, 2);
    *to++ = ':';
    to = put_digits(to, ms / 60'000 % 60, 2);
    *to++ = ':';
    to = put_digits(to, ms / 1'000 % 60, 2);
    *to++ = '.';
    return put_digits(to, ms % 1'000, 3);
}

struct Moment {
    explicit Moment(std::int64_t time_ns)
        : day{std::chrono::floor<std::chrono::days>(
              std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{time_ns}})},
          since_midnight{
              std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{time_ns}} -
              day} {}

    std::chrono::sys_days day;
    std::chrono::nanoseconds since_midnight;
};

}  // namespace

void Body::clear() {
    begin_ = end_ = front_room;
    overflowed_ = false;
}

void Body::text(Tag tag, std::string_view value) {
    if (overflowed_ || buffer_.size() - end_ < number_max + 2 + value.size()) {
        overflowed_ = true;
        return;
    }
    char* to = put_number(buffer_.data() + end_, tag);
    *to++ = '=';
    to = std::copy(value.begin(), value.end(), to);
    *to++ = soh;
    end_ = static_cast<std::size_t>(to - buffer_.data());
}

void Body::number(Tag tag, std::uint64_t value) {
    std::array<char, number_max> digits;
    text(tag, {digits.data(),
               static_cast<std::size_t>(put_number(digits.data(), value) - digits.data())});
}

void Body::decimal(Tag tag, std::int64_t coefficient, unsigned decimals) {
    std::array<char, book::decimal_text_max> written;
    text(tag, {written.data(), book::write_decimal(coefficient, decimals, written.data())});
}

void Body::fields(std::string_view written) {
    if (overflowed_ || buffer_.size() - end_ < written.size()) {
        overflowed_ = true;
        return;
    }
    std::copy(written.begin(), written.end(), buffer_.data() + end_);
    end_ += written.size();
}

void Body::prepend(Tag tag, std::string_view value) {
    std::array<char, number_max> digits;
    const auto width = static_cast<std::size_t>(put_number(digits.data(), tag) - digits.data());
    book::ensure(begin_ >= width + value.size() + 2);
    buffer_[--begin_] = soh;
    begin_ -= value.size();
    std::copy(value.begin(), value.end(), buffer_.data() + begin_);
    buffer_[--begin_] = '=';
    begin_ -= width;
    std::copy_n(digits.data(), width, buffer_.data() + begin_);
}

void Body::prepend(Tag tag, std::uint64_t value) {
    std::array<char, number_max> digits;
    prepend(tag, std::string_view{
                     digits.data(),
                     static_cast<std::size_t>(put_number(digits.data(), value) - digits.data())});
}

void Body::prepend_fields(std::string_view written) {
    book::ensure(begin_ >= written.size());
    begin_ -= written.size();
    std::copy(written.begin(), written.end(), buffer_.data() + begin_);
}

EntryTime::EntryTime(std::int64_t time_ns) {
    if (time_ns <= 0) return;
    const Moment moment{time_ns};
    const auto put = [](char* to, std::string_view text) {
        return std::copy(text.begin(), text.end(), to);
    };
    char* to = put_date(put(text_.data(), "272="), moment.day);
    *to++ = soh;
    to = put_time_of_day(put(to, "273="), moment.since_midnight);
    *to++ = soh;
    size_ = static_cast<std::size_t>(to - text_.data());
}

Timestamp::Timestamp(std::int64_t time_ns) {
    const Moment moment{std::max<std::int64_t>(time_ns, 0)};
    char* to = put_date(text_.data(), moment.day);
    *to++ = '-';
    put_time_of_day(to, moment.since_midnight);
}

}  // namespace tickweir::gateway::fix::market_data
