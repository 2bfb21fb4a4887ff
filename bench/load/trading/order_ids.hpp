// ClOrdIDs that say what they are about, so that an answer finds its request without a search:
// `RUN-SLOT-NUMBER`. RUN tells runs of a day apart, SLOT is the order's place in its session's
// pool, NUMBER counts the session's requests.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::bench {

struct RequestId {
    std::uint32_t slot = 0;
    std::uint64_t number = 0;  ///< from 1
    friend bool operator==(const RequestId&, const RequestId&) = default;
};

/// An id as text; valid as long as this is.
class OrderIdText {
public:
    OrderIdText(std::string_view run, RequestId id) {
        end_ = run.copy(text_.data(), run_bytes_max);
        text_[end_++] = '-';
        put(id.slot);
        text_[end_++] = '-';
        put(id.number);
    }
    std::string_view view() const { return {text_.data(), end_}; }

    /// What a ClOrdID has to stay below: 8 + 1 + 10 + 1 + 16 bytes.
    static constexpr std::size_t bytes_max = 36;
    static constexpr std::size_t run_bytes_max = 8;

private:
    template <class Integer>
    void put(Integer value) {
        end_ = static_cast<std::size_t>(
            std::to_chars(text_.data() + end_, text_.data() + text_.size(), value).ptr -
            text_.data());
    }

    std::array<char, 48> text_;
    std::size_t end_ = 0;
};

/// Of another run, or of another form: nothing.
inline std::optional<RequestId> read_order_id(std::string_view text, std::string_view run) {
    if (!text.starts_with(run) || text.substr(run.size()).substr(0, 1) != "-") return std::nullopt;
    const char* const end = text.data() + text.size();
    RequestId id;
    const auto slot = std::from_chars(text.data() + run.size() + 1, end, id.slot);
    if (slot.ec != std::errc{} || slot.ptr == end || *slot.ptr != '-') return std::nullopt;
    const auto number = std::from_chars(slot.ptr + 1, end, id.number);
    if (number.ec != std::errc{} || number.ptr != end) return std::nullopt;
    return id;
}

/// A name for a run that begins at this second of the epoch: no run of the same day has it, unless
/// it begins in the same second.
inline std::string run_name(std::uint64_t second) {
    std::array<char, 16> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), second, 36);
    const std::string whole{text.data(), end.ptr};
    return whole.substr(whole.size() - std::min(whole.size(), OrderIdText::run_bytes_max));
}

}  // namespace tickweir::bench
