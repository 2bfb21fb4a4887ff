#include "gateway/fix/orders/exec_id.hpp"

#include <algorithm>
#include <charconv>

namespace tickweir::gateway::fix::orders {
namespace {

constexpr std::size_t session_bytes_max = 64;

/// Reads a number without zeros in front that ends at `end`, or at the end of the text where there
/// is none; what is read is taken off the text.
template <class Number>
std::optional<Number> take_number(std::string_view& text, char end) {
    const std::size_t length = std::min(text.find(end), text.size());
    const std::string_view digits = text.substr(0, length);
    Number number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool plain = !digits.empty() && digits.front() != '0' && read.ec == std::errc{} &&
                       read.ptr == digits.data() + digits.size();
    if (!plain) return std::nullopt;
    text.remove_prefix(std::min(length + 1, text.size()));
    return number;
}

}  // namespace

ExecId::ExecId(std::uint16_t log_number, const ExecPlace& place) {
    add(std::uint64_t{log_number});
    add(".");
    add(number(place.lsn));
    add("-");
    add(std::uint64_t{place.place});
}

ExecId::ExecId(std::string_view session, std::uint64_t number) {
    add("R-");
    add(session.substr(0, session_bytes_max));
    add("-");
    add(number);
}

void ExecId::add(std::string_view text) {
    std::ranges::copy(text, text_.data() + size_);
    size_ += text.size();
}

void ExecId::add(std::uint64_t number) {
    char* const at = text_.data() + size_;
    const auto end = std::to_chars(at, text_.data() + text_.size(), number).ptr;
    size_ += static_cast<std::size_t>(end - at);
}

std::optional<ReadExecId> read_exec_id(std::string_view text) {
    if (std::ranges::count(text, '.') != 1 || std::ranges::count(text, '-') != 1)
        return std::nullopt;
    const auto log_number = take_number<std::uint16_t>(text, '.');
    if (!log_number) return std::nullopt;
    const auto lsn = take_number<std::uint64_t>(text, '-');
    if (!lsn) return std::nullopt;
    const auto place = take_number<std::uint32_t>(text, '\0');
    if (!place || !text.empty()) return std::nullopt;
    return ReadExecId{*log_number, {txn::log::Lsn{*lsn}, *place}};
}

}  // namespace tickweir::gateway::fix::orders
