// The answers of a gateway as tables for a person. What an answer lacks is shown as `-`.
#pragma once

#include <ostream>
#include <vector>

#include "codecs/json/query_answer.hpp"

namespace tickweir::gateway {

/// One line of each of several answers of /v1/quotes.
void print_quotes(const std::vector<codecs::json::Value>& quotes, std::ostream& out);

/// An l2 snapshot as a ladder.
void print_book(const codecs::json::Value& book, std::ostream& out);

/// The newest last. `instrument` is what was asked for.
void print_trades(const std::string& instrument, const codecs::json::Value& answer,
                  std::ostream& out);

/// Those of all answers to /v1/instruments.
void print_instruments(const std::vector<codecs::json::Value>& answers, std::ostream& out);

void print_status(const codecs::json::Value& status, std::ostream& out);

}  // namespace tickweir::gateway
