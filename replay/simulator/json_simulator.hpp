// The simulated market as a JSON venue sends it: what a connection that subscribes at the opening
// receives until the session ends, a line of a capture each. Opens no file and reads no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/venue_id.hpp"
#include "replay/json_capture.hpp"
#include "replay/simulator.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay {

struct JsonSimulatorOptions {
    SimulatorOptions market;
    codecs::json::VenueId venue{};
    book::TimeNs midnight{};  ///< of the session's day
};

/// Gives lines in the order of their times. The same options give the same lines on every machine.
/// At the end all that the books hold was sent. Memory follows open orders. One owner thread.
class JsonSimulator {
public:
    /// The error names the option and the value.
    static Result<JsonSimulator> create(const JsonSimulatorOptions& options);

    JsonSimulator(JsonSimulator&&) noexcept;
    JsonSimulator& operator=(JsonSimulator&&) noexcept;
    ~JsonSimulator();

    /// The next line, which stays until the next call; false: the session is over.
    bool next(JsonLine& line);

    std::uint64_t messages() const { return messages_; }  ///< of the market behind it, so far
    std::uint64_t trades() const { return trades_; }      ///< told so far

    std::vector<std::string> symbols() const;
    /// The side of a book that the venue sends, best first: price in 0.0001, quantity in 0.001.
    simulator::ToldRows book(std::string_view symbol, book::Side side) const;

private:
    enum class Timer : std::uint8_t { acknowledge, snapshot, ask, answer, batch, heartbeat };
    struct Line {
        JsonLineKind kind{};
        std::int64_t time_ns = 0;
        std::string target;
        std::string text;
        std::size_t length = 0;
    };

    JsonSimulator(Simulator market, std::unique_ptr<simulator::JsonVenue> venue,
                  const JsonSimulatorOptions& options);

    void advance();
    void finish();
    void run_timers(std::int64_t until_ns);
    void on_timer(Timer timer);
    void connect();
    void acknowledge();
    void send_snapshots();
    void keep_answers();
    void send_answers();
    void flush(simulator::ToldInstrument& told);
    simulator::ToldRows changes(simulator::ToldInstrument& told, book::Side side);
    simulator::ToldRows changes_in_depth(simulator::ToldInstrument& told, book::Side side);
    void on_step(const simulator::MarketStep& step);
    void tell_touch(simulator::ToldInstrument& told);
    void emit(JsonLineKind kind, std::string text, std::string target = {});
    simulator::Ladder top_of(std::uint16_t locate, book::Side side) const;
    simulator::ToldInstrument* told_at(std::uint16_t locate);
    std::int64_t now() const { return midnight_ns_ + now_ns_; }

    Simulator market_;
    std::unique_ptr<simulator::JsonVenue> venue_;
    simulator::JsonVenueTraits traits_;
    simulator::JsonMarket levels_;
    std::vector<simulator::ToldInstrument> told_;
    std::vector<std::size_t> by_locate_;  // index into told_ plus one; 0: none
    std::multimap<std::int64_t, Timer> timers_;
    std::vector<std::pair<std::string, std::string>> answers_;  // target and body, on their way
    std::deque<Line> lines_;
    Line given_;
    std::uint64_t first_id_;
    std::int64_t midnight_ns_;
    std::int64_t now_ns_ = 0;  // since midnight
    bool connected_ = false;
    bool acknowledged_ = false;
    bool over_ = false;
    std::uint64_t messages_ = 0;
    std::uint64_t trades_ = 0;
};

}  // namespace tickweir::replay
