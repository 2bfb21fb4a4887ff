// From TOML to the exact numbers and times of the venue's configuration, and back; a part of
// key_values.hpp. Numbers with a point are texts: what TOML makes of 0.1 is not 0.1.
#pragma once

#include <string>

#include "gateway/config/toml_document.hpp"
#include "gateway/config/venue_config.hpp"

namespace tickweir::gateway {

struct Allowed;
struct Complaint;

/// `allowed` is in millionths.
void read(const TomlValue& value, const Allowed& allowed, Share& out,
          std::vector<Complaint>& complaints);
void read(const TomlValue& value, const Allowed& allowed, TimeOfDay& out,
          std::vector<Complaint>& complaints);
/// `allowed` is in whole units.
void read(const TomlValue& value, const Allowed& allowed, Decimal& out,
          std::vector<Complaint>& complaints);
/// A table, which replaces what was there.
void read(const TomlValue& value, const Allowed& allowed, Amounts& out,
          std::vector<Complaint>& complaints);

std::string print(Share value);
std::string print(TimeOfDay value);
std::string print(const Decimal& value);
std::string print(const Amounts& value);

std::string range_text(const Allowed& allowed, const Share*);
std::string range_text(const Allowed& allowed, const TimeOfDay*);
std::string range_text(const Allowed& allowed, const Decimal*);
std::string range_text(const Allowed& allowed, const Amounts*);

}  // namespace tickweir::gateway
