// A stand-in for hashicorp/aws and hashicorp/random, for `terraform validate` and mocked plans where
// HashiCorp's own cannot be had: it knows the arguments (schema.py) and does nothing with them.
package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type attr struct {
	Type         any  `json:"type"`
	Required     bool `json:"required"`
	ComputedOnly bool `json:"computed_only"`
}
type nested struct {
	Nesting  string `json:"nesting"`
	Required bool   `json:"required"`
	Block    block  `json:"block"`
}
type block struct {
	Attributes map[string]attr   `json:"attributes"`
	Blocks     map[string]nested `json:"blocks"`
}
type schema struct {
	Resources map[string]block `json:"resources"`
	Datas     map[string]block `json:"datas"`
}

func ty(v any) tftypes.Type {
	switch t := v.(type) {
	case string:
		switch t {
		case "number":
			return tftypes.Number
		case "bool":
			return tftypes.Bool
		case "dynamic":
			return tftypes.DynamicPseudoType
		}
		return tftypes.String
	case []any:
		e := ty(t[1])
		switch t[0] {
		case "set":
			return tftypes.Set{ElementType: e}
		case "map":
			return tftypes.Map{ElementType: e}
		}
		return tftypes.List{ElementType: e}
	}
	return tftypes.String
}

func conv(b block) *tfprotov6.SchemaBlock {
	out := &tfprotov6.SchemaBlock{}
	for n, a := range b.Attributes {
		s := &tfprotov6.SchemaAttribute{Name: n, Type: ty(a.Type)}
		if a.ComputedOnly {
			s.Computed = true
		} else if a.Required {
			s.Required = true
		} else {
			s.Optional = true
			s.Computed = true
		}
		if strings.HasSuffix(n, "_wo") && !a.ComputedOnly {
			s.WriteOnly = true
			s.Computed = false
		}
		out.Attributes = append(out.Attributes, s)
	}
	for n, x := range b.Blocks {
		nb := &tfprotov6.SchemaNestedBlock{TypeName: n, Block: conv(x.Block)}
		switch x.Nesting {
		case "set":
			nb.Nesting = tfprotov6.SchemaNestedBlockNestingModeSet
		case "single":
			nb.Nesting = tfprotov6.SchemaNestedBlockNestingModeSingle
		default:
			nb.Nesting = tfprotov6.SchemaNestedBlockNestingModeList
		}
		if x.Required && x.Nesting != "single" {
			nb.MinItems = 1
		}
		out.BlockTypes = append(out.BlockTypes, nb)
	}
	return out
}

type server struct {
	tfprotov6.ProviderServer
	s      schema
	random bool
}

func (p server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{}, nil
}
func (p server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	r := &tfprotov6.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov6.Schema{}, DataSourceSchemas: map[string]*tfprotov6.Schema{},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{}}
	r.Provider = &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}}
	if p.random {
		b := block{Attributes: map[string]attr{"length": {Type: "number", Required: true}, "special": {Type: "bool"}, "result": {Type: "string", ComputedOnly: true}}}
		r.EphemeralResourceSchemas["random_password"] = &tfprotov6.Schema{Block: conv(b)}
		return r, nil
	}
	r.Provider.Block.Attributes = []*tfprotov6.SchemaAttribute{{Name: "region", Type: tftypes.String, Optional: true}}
	r.Provider.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{{TypeName: "default_tags", Nesting: tfprotov6.SchemaNestedBlockNestingModeList,
		Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true}}}}}
	for n, b := range p.s.Resources {
		r.ResourceSchemas[n] = &tfprotov6.Schema{Block: conv(b)}
	}
	for n, b := range p.s.Datas {
		r.DataSourceSchemas[n] = &tfprotov6.Schema{Block: conv(b)}
	}
	return r, nil
}
func (p server) ValidateProviderConfig(_ context.Context, q *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: q.Config}, nil
}
func (p server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}
func (p server) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}
func (p server) ValidateEphemeralResourceConfig(context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
}
func (p server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func main() {
	name := "aws"
	s := server{}
	if strings.Contains(os.Args[0], "random") {
		s.random = true
		name = "random"
	} else {
		raw, err := os.ReadFile(os.Getenv("PROVIDER_SCHEMA"))
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal(raw, &s.s); err != nil {
			panic(err)
		}
	}
	tf6server.Serve("registry.terraform.io/hashicorp/"+name, func() tfprotov6.ProviderServer { return s })
}

func (p server) OpenEphemeralResource(_ context.Context, q *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	t := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"length": tftypes.Number, "special": tftypes.Bool, "result": tftypes.String}}
	v, err := tfprotov6.NewDynamicValue(t, tftypes.NewValue(t, map[string]tftypes.Value{
		"length": tftypes.NewValue(tftypes.Number, 40), "special": tftypes.NewValue(tftypes.Bool, false), "result": tftypes.NewValue(tftypes.String, "drawn")}))
	return &tfprotov6.OpenEphemeralResourceResponse{Result: &v}, err
}
func (p server) CloseEphemeralResource(context.Context, *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{}, nil
}
func (p server) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}
func (p server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}
