#include "txn/venue/state_stream.hpp"

#include <algorithm>

namespace tickweir::txn {

// ----------------------------------------------------------------------------------------- writing

void StateWriter::text(std::string_view text) {
    const std::string_view kept = text.substr(0, state_text_bytes_max);
    put(static_cast<std::uint16_t>(kept.size()));
    put_bytes(std::as_bytes(std::span{kept}));
}

void StateWriter::put_bytes(io::Bytes bytes) {
    while (!bytes.empty()) {
        if (used_ == room_) hand_on();
        const std::size_t part = std::min(bytes.size(), room_ - used_);
        std::memcpy(&buffer_[used_], bytes.data(), part);
        used_ += part;
        bytes = bytes.subspan(part);
    }
}

void StateWriter::hand_on() {
    if (ok_ && used_ != 0) ok_ = sink_({buffer_.get(), used_});
    used_ = 0;
}

bool StateWriter::finish() {
    hand_on();
    return ok_;
}

// ----------------------------------------------------------------------------------------- reading

bool StateReader::load() {
    if (!fault_.empty()) return false;
    rest_ = source_.next();
    loaded_ += rest_.size();
    return !rest_.empty();
}

void StateReader::gather(std::span<std::byte> into) {
    const std::span<std::byte> whole = into;
    while (!into.empty()) {
        if (rest_.empty() && !load()) {
            std::ranges::fill(whole, std::byte{});
            const std::string why = source_.fault();
            return fail(why.empty() ? "it ends too early" : why);
        }
        const std::size_t part = std::min(into.size(), rest_.size());
        std::memcpy(into.data(), rest_.data(), part);
        rest_ = rest_.subspan(part);
        into = into.subspan(part);
    }
}

std::string StateReader::text() {
    std::string text(below<std::uint16_t>(state_text_bytes_max + 1, "the length of a text"), '\0');
    gather(std::as_writable_bytes(std::span{text}));
    return ok() ? text : std::string{};
}

ClientOrderId StateReader::client_id() {
    char bytes[ClientOrderId::bytes_max];
    const auto length =
        below<std::uint16_t>(ClientOrderId::bytes_max + 1, "the length of a client's id");
    gather(std::as_writable_bytes(std::span{bytes}.first(length)));
    return ok() ? ClientOrderId{{bytes, length}} : ClientOrderId{};
}

std::size_t StateReader::count(std::size_t most, const char* what) {
    const auto number = get<std::uint64_t>();
    if (number <= most) return number;
    fail("it has " + std::to_string(number) + " " + what + ", and there is room for " +
         std::to_string(most));
    return 0;
}

void StateReader::expect_end() {
    if (!ok()) return;
    if (!rest_.empty() || load()) return fail("more follows where it should end");
    if (const std::string why = source_.fault(); !why.empty()) fail(why);
}

void StateReader::fail(const std::string& what) {
    if (!fault_.empty()) return;
    fault_ = what + " (at byte " + std::to_string(position()) + " of the state)";
    loaded_ = position();
    rest_ = {};
}

void StateReader::out_of_range(const char* what, std::uint64_t value, std::uint64_t end) {
    fail(std::string{what} + " is " + std::to_string(value) + ", which is not below " +
         std::to_string(end));
}

}  // namespace tickweir::txn
