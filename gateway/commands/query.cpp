#include "gateway/commands/query.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "codecs/json/query_answer.hpp"
#include "gateway/commands/http_client.hpp"
#include "gateway/commands/query_tables.hpp"
#include "gateway/exit_status.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::Value;
using Subject = QueryOptions::Subject;

/// Lists that go on and on are given up: 65,536 instruments need seven answers.
constexpr std::size_t answers_max = 1'000;

bool is_of_instruments(Subject subject) {
    return subject == Subject::quote || subject == Subject::book || subject == Subject::trades;
}

/// Why the options make no sense; empty: they do.
std::string contradiction(const QueryOptions& options) {
    if (is_of_instruments(options.subject) && options.instruments.empty())
        return "an instrument is missing";
    if (!is_of_instruments(options.subject) && !options.instruments.empty())
        return "unexpected argument '" + options.instruments.front() + "'";
    if (std::ranges::find(options.instruments, "") != options.instruments.end())
        return "an instrument has an empty name";
    const auto visible = [](char c) { return c > ' ' && c <= '~'; };
    if (options.key && (options.key->empty() || !std::ranges::all_of(*options.key, visible)))
        return "the key is empty or has characters that cannot be sent";
    return {};
}

std::string target_of(const QueryOptions& options, const std::string& instrument) {
    const std::string name = percent_encoded(instrument);
    switch (options.subject) {
        case Subject::quote:
            return "/v1/quotes/" + name;
        case Subject::book:
            return "/v1/books/" + name + "?depth=" + std::to_string(options.depth);
        case Subject::trades:
            return "/v1/trades/" + name + "?limit=" + std::to_string(options.limit);
        case Subject::instruments:
            return "/v1/instruments";
        case Subject::status:
            return "/v1/status";
    }
    return "/";
}

/// One run of the command: asks, prints, and remembers the worst that happened.
class Query {
public:
    Query(const QueryOptions& options, HttpServer server, std::ostream& out, std::ostream& err)
        : options_{options}, server_{std::move(server)}, out_{out}, err_{err} {}

    ExitStatus run() {
        if (options_.subject == Subject::instruments) {
            ask_for_instruments();
        } else if (options_.instruments.empty()) {
            ask_for("");
        } else {
            for (const std::string& instrument : options_.instruments)
                if (!ask_for(instrument)) break;
        }
        if (options_.json || answers_.empty()) return status_;
        if (options_.subject == Subject::quote) print_quotes(answers_, out_);
        if (options_.subject == Subject::instruments) print_instruments(answers_, out_);
        return status_;
    }

private:
    /// False when asking for more makes no sense.
    bool ask_for(const std::string& instrument) {
        auto answer = ask(target_of(options_, instrument));
        if (!answer) return status_ != ExitStatus::usage;
        if (options_.json) return true;
        switch (options_.subject) {
            case Subject::quote:
            case Subject::instruments:
                answers_.push_back(std::move(*answer));
                return true;
            case Subject::book:
                separate();
                print_book(*answer, out_);
                return true;
            case Subject::trades:
                separate();
                print_trades(instrument, *answer, out_);
                return true;
            case Subject::status:
                print_status(*answer, out_);
                return true;
        }
        return true;
    }

    /// Follows `next` to the end of the list.
    void ask_for_instruments() {
        std::string target = target_of(options_, "");
        for (std::size_t i = 0; i < answers_max; ++i) {
            auto answer = ask(target);
            if (!answer) return;
            const Value* const next = answer->find("next");
            const bool more = next != nullptr && next->kind == Value::Kind::string;
            if (more) target = target_of(options_, "") + "?after=" + percent_encoded(next->text);
            answers_.push_back(std::move(*answer));
            if (!more) return;
        }
        fail(ExitStatus::failed, "the list of instruments does not end");
    }

    /// The answer if it is one and no refusal; as JSON it is printed as it came, either way.
    std::optional<Value> ask(const std::string& target) {
        auto got = http_get(server_, target, options_.key, options_.timeout);
        if (const auto* failure = std::get_if<HttpFailure>(&got)) {
            const bool reached = failure->kind == HttpFailure::Kind::failed;
            fail(reached ? ExitStatus::failed : ExitStatus::usage, failure->reason);
            return std::nullopt;
        }
        const HttpReply& reply = std::get<HttpReply>(got);
        auto parsed = codecs::json::parse_value(reply.body);
        const auto* const why = std::get_if<std::string>(&parsed);
        if (options_.json && why == nullptr) out_ << reply.body << '\n';
        if (reply.status != 200) {
            const Value* const reason =
                why == nullptr ? std::get<Value>(parsed).find("reason") : nullptr;
            fail(ExitStatus::failed,
                 std::to_string(reply.status) + (reason == nullptr ? "" : ": " + reason->text));
            return std::nullopt;
        }
        if (why != nullptr) {
            fail(ExitStatus::failed, "the answer to " + target + " is " + *why);
            return std::nullopt;
        }
        return std::move(std::get<Value>(parsed));
    }

    void fail(ExitStatus status, std::string why) {
        std::ranges::replace_if(
            why, [](char c) { return c >= 0 && c < ' '; }, '.');
        err_ << "tickweir query: " << why << '\n';
        status_ = std::max(status_, status);
    }

    void separate() {
        if (std::exchange(printed_, true)) out_ << '\n';
    }

    const QueryOptions& options_;
    HttpServer server_;
    std::ostream& out_;
    std::ostream& err_;
    ExitStatus status_ = ExitStatus::ok;
    bool printed_ = false;
    std::vector<Value> answers_;  // of a table that needs all of them
};

int refuse(std::ostream& err, const std::string& why) {
    err << "tickweir query: " << why << '\n';
    return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int run_query(const QueryOptions& options, std::ostream& out, std::ostream& err) {
    if (const std::string why = contradiction(options); !why.empty()) return refuse(err, why);
    auto server = parse_server_url(options.url);
    if (const auto* why = std::get_if<std::string>(&server)) return refuse(err, *why);
    Query query{options, std::move(std::get<HttpServer>(server)), out, err};
    return static_cast<int>(query.run());
}

}  // namespace tickweir::gateway
