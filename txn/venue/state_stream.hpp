// A state as a stream of bytes: numbers of fixed width, little-endian, and short texts, in chunks.
// Knows neither what the bytes mean nor where the chunks are kept.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "txn/io/file.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

static_assert(std::endian::native == std::endian::little);

/// Longer texts are cut off, for comparing too.
inline constexpr std::size_t state_text_bytes_max = 4096;
inline constexpr std::size_t state_chunk_bytes = std::size_t{1} << 20;

/// What a stream is made of. `bool` goes as a flag.
template <class T>
concept StateWord = (std::integral<T> || std::is_enum_v<T>)&&sizeof(T) <= 8 &&
                    !std::same_as<std::remove_cv_t<T>, bool>;

/// Gathers values into chunks and hands each full one on. One chunk of memory; one thread.
class StateWriter {
public:
    /// Takes a chunk, which is whole but for the last one. False: it takes no more, and why not is
    /// its owner's to tell.
    using Sink = std::function<bool(io::Bytes chunk)>;

    explicit StateWriter(Sink sink, std::size_t chunk_bytes = state_chunk_bytes)
        : sink_{std::move(sink)},
          buffer_{std::make_unique<std::byte[]>(chunk_bytes)},
          room_{chunk_bytes} {}

    template <StateWord T>
    void put(T value) {
        if (room_ - used_ >= sizeof value) [[likely]] {
            std::memcpy(&buffer_[used_], &value, sizeof value);
            used_ += sizeof value;
        } else {
            put_bytes(std::as_bytes(std::span{&value, 1}));
        }
    }
    void put(Int128 value) {
        const auto bits = static_cast<book::exact::Uint128>(value);
        put(static_cast<std::uint64_t>(bits));
        put(static_cast<std::uint64_t>(bits >> 64));
    }
    void put(Price price) { put(price.ticks); }
    void put(Quantity quantity) { put(quantity.lots); }
    void put(TimeNs time) { put(std::int64_t{time.time_since_epoch().count()}); }
    void flag(bool value) { put(static_cast<std::uint8_t>(value)); }
    void text(std::string_view text);

    /// Hands on what is left. False if the sink has refused a chunk.
    [[nodiscard]] bool finish();
    /// False once the sink has refused: what is put then goes nowhere.
    bool ok() const { return ok_; }

private:
    void put_bytes(io::Bytes bytes);
    void hand_on();

    Sink sink_;
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t room_;
    std::size_t used_ = 0;
    bool ok_ = true;
};

/// Where chunks come from. One thread.
class StateSource {
public:
    StateSource() = default;
    StateSource(const StateSource&) = delete;
    StateSource& operator=(const StateSource&) = delete;
    virtual ~StateSource() = default;

    /// The next bytes, valid until the next call; none at the end and after a fault.
    [[nodiscard]] virtual io::Bytes next() = 0;
    /// What is wrong with what is read, and where; empty for nothing.
    virtual std::string fault() const = 0;
};

/// Reads such a stream back. The first failure stays: from then on every value is 0 and every text
/// empty, so that a loop has to look only now and then. Allocates a text of bounded length at most.
class StateReader {
public:
    explicit StateReader(StateSource& source) : source_{source} {}

    template <StateWord T>
    T get() {
        T value{};
        if (rest_.size() >= sizeof value) [[likely]] {
            std::memcpy(&value, rest_.data(), sizeof value);
            rest_ = rest_.subspan(sizeof value);
        } else {
            gather(std::as_writable_bytes(std::span{&value, 1}));
        }
        return value;
    }
    Int128 wide() {
        const auto low = get<std::uint64_t>();
        const auto high = get<std::uint64_t>();
        return static_cast<Int128>(book::exact::Uint128{high} << 64 | low);
    }
    Price price() { return {get<std::int64_t>()}; }
    Quantity quantity() { return {get<std::int64_t>()}; }
    TimeNs time() { return TimeNs{std::chrono::nanoseconds{get<std::int64_t>()}}; }
    std::string text();
    ClientOrderId client_id();

    /// A number that fails unless it is below `end`, or an enum unless it is at most `last`.
    template <StateWord T>
    T below(std::size_t end, const char* what) {
        const T value = get<T>();
        if (static_cast<std::uint64_t>(value) >= end) [[unlikely]] {
            out_of_range(what, static_cast<std::uint64_t>(value), end);
            return T{};
        }
        return value;
    }
    template <class Enum>
    Enum up_to(Enum last, const char* what) {
        return below<Enum>(static_cast<std::size_t>(last) + 1, what);
    }
    bool flag(const char* what) { return below<std::uint8_t>(2, what) != 0; }
    /// How many follow; fails beyond `most`.
    std::size_t count(std::size_t most, const char* what);

    /// Fails unless the stream ends here.
    void expect_end();

    bool ok() const { return fault_.empty(); }
    /// Fails the reader, with the byte it stands at; only the first time counts.
    void fail(const std::string& what);
    /// What was wrong; empty for nothing.
    const std::string& fault() const { return fault_; }
    /// Bytes read so far.
    std::uint64_t position() const { return loaded_ - rest_.size(); }

private:
    void gather(std::span<std::byte> into);
    bool load();
    void out_of_range(const char* what, std::uint64_t value, std::uint64_t end);

    StateSource& source_;
    io::Bytes rest_;
    std::uint64_t loaded_ = 0;
    std::string fault_;
};

}  // namespace tickweir::txn
