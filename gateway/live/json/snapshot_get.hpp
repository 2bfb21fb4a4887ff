// One GET of a venue's HTTP server, from the name of its host to the whole answer. A connection of
// its own each: snapshots are rare. Owned by the feed's thread; how long it may take is its owner's
// to say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "book/budget.hpp"
#include "gateway/commands/http_answer_reader.hpp"
#include "gateway/live/json/exchange_socket.hpp"

namespace tickweir::gateway {

class SnapshotGet final : private ReadyHandler {
public:
    /// Begins to connect. `target`: path and query, without what no request line takes.
    SnapshotGet(const Endpoint& server, std::string target, std::uint64_t attempt,
                const ExchangeParts& parts);
    SnapshotGet(const SnapshotGet&) = delete;
    SnapshotGet& operator=(const SnapshotGet&) = delete;
    ~SnapshotGet();

    enum class State : std::uint8_t { under_way, answered, failed };
    /// Goes on where that is possible.
    State turn();
    bool has_work() const { return state_ == State::under_way && (readable_ || writable_); }

    const std::string& target() const { return target_; }
    /// Once answered.
    const HttpAnswerReader& answer() const { return reader_; }
    /// Its body without a copy, and what the body is charged with; once.
    std::string take_body() { return reader_.take_body(); }
    book::Charge take_charge() { return std::move(charge_); }
    /// Why it failed.
    const std::string& error() const { return error_; }

private:
    void on_ready(bool readable, bool writable) override;
    State begin();
    State read();
    State judge(HttpAnswerReader::State state);
    bool charge();
    State fail(std::string why);
    void set_interest();
    void close();

    Endpoint server_;
    std::string target_;
    ExchangeParts parts_;
    std::optional<Dial> dial_;  // until connected
    std::optional<Connection> connection_;
    std::unique_ptr<std::array<std::byte, 64U << 10>> scratch_;  // ciphertext
    std::unique_ptr<std::array<char, 64U << 10>> plain_;
    HttpAnswerReader reader_;
    book::Charge charge_;  // of the body
    std::string error_;
    Reactor::Interest interest_;
    bool watched_ = false;
    bool readable_ = false;
    bool writable_ = false;
    State state_ = State::under_way;
};

}  // namespace tickweir::gateway
