// What the dialects share: one exchange of words under way, and reading requests. Internal to the
// dialects.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/query_answer.hpp"
#include "gateway/play/venue/catalog.hpp"
#include "gateway/play/venue/dialect.hpp"
#include "gateway/play/venue/topic.hpp"

namespace tickweir::gateway::venue {

using codecs::json::Value;

struct Talk {
    const Catalog& catalog;
    const DialectLimits& limits;
    Asked& asked;
    book::TimeNs now;
    Reaction out;

    void say(std::string text) { out.push_back(Say{std::move(text)}); }
    bool full() const { return asked.topics.size() >= limits.topics; }
    /// Also where it is subscribed to already: a client that asks again gets a snapshot again.
    void join(const Topic& topic, std::string_view name) {
        asked.add(topic, name);
        out.push_back(Join{topic, std::string{name}});
    }
    /// False where it was not subscribed to.
    bool leave(const Topic& topic) {
        if (!asked.remove(topic)) return false;
        out.push_back(Leave{topic});
        return true;
    }
};

/// The string of a member; empty where there is none.
std::string_view string_of(const Value& object, std::string_view name);
/// The strings of a list; or the string itself, where some venues take one instead.
std::vector<std::string_view> strings_of(const Value* value);
/// A scalar as JSON; `null` where there is none, or it is a list.
std::string scalar_of(const Value* value);
/// As a JSON string.
std::string quoted(std::string_view text);
/// The time as "2026-08-09T21:05:48.228568Z".
std::string rfc3339(book::TimeNs time);
std::int64_t ms_of(book::TimeNs time);

void on_binance(const Value& request, Talk& talk);
void on_binance_open(std::string_view target, Talk& talk);
void on_coinbase_advanced(const Value& request, Talk& talk);
void on_coinbase_exchange(const Value& request, Talk& talk);
void on_kraken_v1(const Value& request, Talk& talk);
void on_kraken_v2(const Value& request, Talk& talk);
void on_kraken_futures(const Value& request, Talk& talk);
void on_okx(const Value& request, Talk& talk);
void on_bybit(const Value& request, Talk& talk);
void on_deribit(const Value& request, Talk& talk);
void on_bitstamp(const Value& request, Talk& talk);
void on_bitmex(const Value& request, Talk& talk);

}  // namespace tickweir::gateway::venue
